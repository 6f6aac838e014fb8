-- AI World, tier 0: the bridge's own user. It reaches the mailbox and nothing else of the game.
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Set the password and, if yours differ, the host and the database; then run it as root, after ai_world_tier0.sql.

CREATE USER IF NOT EXISTS 'ai_world_bridge'@'localhost' IDENTIFIED BY 'CHANGE-ME';
GRANT SELECT, UPDATE, DELETE ON `ragnarok`.`ai_world_mailbox` TO 'ai_world_bridge'@'localhost';
GRANT SELECT, INSERT, DELETE ON `ragnarok`.`ai_world_lines` TO 'ai_world_bridge'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON `ragnarok`.`ai_world_bridges` TO 'ai_world_bridge'@'localhost';
GRANT SELECT, DELETE ON `ragnarok`.`ai_world_events` TO 'ai_world_bridge'@'localhost';
GRANT SELECT, INSERT, UPDATE ON `ragnarok`.`ai_world_logs` TO 'ai_world_bridge'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON `ragnarok`.`ai_world_now` TO 'ai_world_bridge'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON `ragnarok`.`ai_world_cursor` TO 'ai_world_bridge'@'localhost';
-- Only if mailbox.conf has `logs`; the database is the map-server's log_db_db:
-- GRANT SELECT ON `ragnarok`.`picklog` TO 'ai_world_bridge'@'localhost';
-- GRANT SELECT ON `ragnarok`.`zenylog` TO 'ai_world_bridge'@'localhost';
