-- AI World, tier 0: the mailbox between NPC scripts and the bridge.
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Import it into the database of the map-server, as the user that owns the database:
--     mysql -u ragnarok -p ragnarok < ai_world_tier0.sql
-- Texts are bytes in the code page of the game's client; in those of a script =27, =5C and =3D stand for ', \ and =.
-- Times are UTC.

CREATE TABLE IF NOT EXISTS `ai_world_mailbox` (
  `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  `state` TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT '0 asked, 1 claimed, 2 answered, 3 run the own script',
  `kind` VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'talk, remember, recall, decide, optout, call',
  `waits` TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT '1: a script waits for the answer',
  `npc` VARBINARY(240) NOT NULL COMMENT 'map/unique name',
  `npc_x` SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  `npc_y` SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  `char_id` INT UNSIGNED NOT NULL DEFAULT 0 COMMENT '0: no player',
  `account_id` INT UNSIGNED NOT NULL DEFAULT 0,
  `base_level` SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  `name` VARBINARY(90) NOT NULL DEFAULT '' COMMENT 'of the character',
  `body` VARBINARY(2000) NOT NULL DEFAULT '' COMMENT 'what was said or asked; further lines: options, or name=value',
  `number` INT NOT NULL DEFAULT 0 COMMENT 'importance, limit, or 1 to opt out',
  `asked_at` DATETIME(3) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL COMMENT 'nobody waits any more',
  `not_before` DATETIME(3) NULL COMMENT 'when it is tried again',
  `claim` CHAR(32) CHARACTER SET ascii NULL COMMENT 'bridge that works on it',
  `lease_until` DATETIME(3) NULL COMMENT 'when another bridge may take it',
  `reason` VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '' COMMENT 'why there is no answer',
  `choice` INT NOT NULL DEFAULT 0 COMMENT 'option taken, counted from 1; after a talk 1: farewell',
  PRIMARY KEY (`id`),
  KEY `waiting` (`state`, `id`),
  KEY `expiry` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS `ai_world_lines` (
  `ask` BIGINT UNSIGNED NOT NULL,
  `n` SMALLINT UNSIGNED NOT NULL,
  `page` SMALLINT UNSIGNED NOT NULL,
  `line` VARBINARY(255) NOT NULL,
  PRIMARY KEY (`ask`, `n`),
  CONSTRAINT `ai_world_lines_ask` FOREIGN KEY (`ask`) REFERENCES `ai_world_mailbox` (`id`) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS `ai_world_bridges` (
  `name` CHAR(32) CHARACTER SET ascii NOT NULL,
  `seen_at` DATETIME(3) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS `ai_world_logs` (
  `name` VARCHAR(20) CHARACTER SET ascii NOT NULL COMMENT 'picklog or zenylog',
  `told` BIGINT UNSIGNED NOT NULL COMMENT 'id of the last row that was told',
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS `ai_world_events` (
  `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  `kind` VARCHAR(12) CHARACTER SET ascii NOT NULL COMMENT 'log_in, log_out, kill, mvp_kill, death, base_level, job_level, quest_step',
  `happened_at` INT UNSIGNED NOT NULL COMMENT 'seconds since 1970',
  `char_id` INT UNSIGNED NOT NULL,
  `name` VARBINARY(90) NOT NULL,
  `map` VARBINARY(40) NOT NULL,
  `x` SMALLINT UNSIGNED NOT NULL,
  `y` SMALLINT UNSIGNED NOT NULL,
  `a` INT NOT NULL COMMENT 'level, monster, quest',
  `b` INT NOT NULL COMMENT 'job level, how many, character that killed, step',
  `word` VARBINARY(90) NOT NULL COMMENT 'name of the job',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS `ai_world_now` (
  `id` BIGINT UNSIGNED NOT NULL COMMENT 'of the world event',
  `kind` VARCHAR(20) CHARACTER SET ascii NOT NULL COMMENT 'announcement, weather, npc_arrival',
  `starts_at` INT UNSIGNED NOT NULL COMMENT 'seconds since 1970',
  `ends_at` INT UNSIGNED NOT NULL COMMENT '0: open',
  `map` VARBINARY(40) NOT NULL DEFAULT '',
  `x` SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  `y` SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  `number` INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'colour, or the sprite of an NPC',
  `word` VARBINARY(255) NOT NULL DEFAULT '' COMMENT 'what is announced, the weather, the name of an NPC',
  `npc` VARBINARY(240) NOT NULL DEFAULT '' COMMENT 'map/unique name, as AI World has it',
  `maps` VARBINARY(4000) NOT NULL DEFAULT '' COMMENT 'of the weather, separated by commas',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE IF NOT EXISTS `ai_world_cursor` (
  `name` VARCHAR(20) CHARACTER SET ascii NOT NULL,
  `value` VARCHAR(100) CHARACTER SET ascii NOT NULL COMMENT 'how far the world events were read',
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
