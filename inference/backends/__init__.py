"""Who answers `inference.client`; chosen by INFERENCE_BACKEND."""
