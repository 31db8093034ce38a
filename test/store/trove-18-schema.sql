-- Recorded with SHOW CREATE TABLE from a Trove 18.0.0 on MariaDB 10.11.19: the tables that we share with Trove.

CREATE TABLE `datastores` (
  `id` varchar(36) NOT NULL,
  `name` varchar(255) DEFAULT NULL,
  `default_version_id` varchar(36) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE `datastore_versions` (
  `id` varchar(36) NOT NULL,
  `datastore_id` varchar(36) DEFAULT NULL,
  `name` varchar(255) DEFAULT NULL,
  `image_id` varchar(36) DEFAULT NULL,
  `packages` varchar(511) DEFAULT NULL,
  `active` tinyint(1) NOT NULL,
  `manager` varchar(255) DEFAULT NULL,
  `image_tags` varchar(255) DEFAULT NULL,
  `version` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ds_versions` (`datastore_id`,`name`,`version`),
  CONSTRAINT `datastore_versions_ibfk_1` FOREIGN KEY (`datastore_id`) REFERENCES `datastores` (`id`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`active` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE `datastore_version_metadata` (
  `id` varchar(36) NOT NULL,
  `datastore_version_id` varchar(36) DEFAULT NULL,
  `key` varchar(128) NOT NULL,
  `value` varchar(128) DEFAULT NULL,
  `created` datetime NOT NULL,
  `deleted` tinyint(1) NOT NULL,
  `deleted_at` datetime DEFAULT NULL,
  `updated_at` datetime DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `UQ_datastore_version_metadata_datastore_version_id_key_value` (`datastore_version_id`,`key`,`value`),
  CONSTRAINT `datastore_version_metadata_ibfk_1` FOREIGN KEY (`datastore_version_id`) REFERENCES `datastore_versions` (`id`) ON DELETE CASCADE,
  CONSTRAINT `CONSTRAINT_1` CHECK (`deleted` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE `configurations` (
  `id` varchar(36) NOT NULL,
  `name` varchar(64) NOT NULL,
  `description` varchar(256) DEFAULT NULL,
  `tenant_id` varchar(36) NOT NULL,
  `datastore_version_id` varchar(36) NOT NULL,
  `deleted` tinyint(1) NOT NULL,
  `deleted_at` datetime DEFAULT NULL,
  `created` datetime DEFAULT NULL,
  `updated` datetime DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`deleted` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE `clusters` (
  `id` varchar(36) NOT NULL,
  `created` datetime NOT NULL,
  `updated` datetime NOT NULL,
  `name` varchar(255) NOT NULL,
  `task_id` int(11) NOT NULL,
  `tenant_id` varchar(36) NOT NULL,
  `datastore_version_id` varchar(36) NOT NULL,
  `deleted` tinyint(1) DEFAULT NULL,
  `deleted_at` datetime DEFAULT NULL,
  `configuration_id` varchar(36) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `datastore_version_id` (`datastore_version_id`),
  KEY `clusters_tenant_id` (`tenant_id`),
  KEY `clusters_deleted` (`deleted`),
  KEY `configuration_id` (`configuration_id`),
  CONSTRAINT `clusters_ibfk_1` FOREIGN KEY (`datastore_version_id`) REFERENCES `datastore_versions` (`id`),
  CONSTRAINT `clusters_ibfk_2` FOREIGN KEY (`configuration_id`) REFERENCES `configurations` (`id`),
  CONSTRAINT `CONSTRAINT_1` CHECK (`deleted` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE `instances` (
  `id` varchar(36) NOT NULL,
  `created` datetime DEFAULT NULL,
  `updated` datetime DEFAULT NULL,
  `name` varchar(255) DEFAULT NULL,
  `hostname` varchar(255) DEFAULT NULL,
  `compute_instance_id` varchar(36) DEFAULT NULL,
  `task_id` int(11) DEFAULT NULL,
  `task_description` varchar(255) DEFAULT NULL,
  `task_start_time` datetime DEFAULT NULL,
  `volume_id` varchar(36) DEFAULT NULL,
  `flavor_id` varchar(255) DEFAULT NULL,
  `volume_size` int(11) DEFAULT NULL,
  `tenant_id` varchar(36) DEFAULT NULL,
  `server_status` varchar(64) DEFAULT NULL,
  `deleted` tinyint(1) DEFAULT NULL,
  `deleted_at` datetime DEFAULT NULL,
  `datastore_version_id` varchar(36) DEFAULT NULL,
  `configuration_id` varchar(36) DEFAULT NULL,
  `slave_of_id` varchar(36) DEFAULT NULL,
  `cluster_id` varchar(36) DEFAULT NULL,
  `shard_id` varchar(36) DEFAULT NULL,
  `type` varchar(64) DEFAULT NULL,
  `region_id` varchar(255) DEFAULT NULL,
  `encrypted_key` varchar(255) DEFAULT NULL,
  `access` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `datastore_version_id` (`datastore_version_id`),
  KEY `configuration_id` (`configuration_id`),
  KEY `instances_tenant_id` (`tenant_id`),
  KEY `instances_deleted` (`deleted`),
  KEY `slave_of_id` (`slave_of_id`),
  KEY `instances_cluster_id` (`cluster_id`),
  CONSTRAINT `instances_ibfk_1` FOREIGN KEY (`datastore_version_id`) REFERENCES `datastore_versions` (`id`),
  CONSTRAINT `instances_ibfk_2` FOREIGN KEY (`configuration_id`) REFERENCES `configurations` (`id`),
  CONSTRAINT `instances_ibfk_3` FOREIGN KEY (`slave_of_id`) REFERENCES `instances` (`id`),
  CONSTRAINT `instances_ibfk_4` FOREIGN KEY (`cluster_id`) REFERENCES `clusters` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE `service_statuses` (
  `id` varchar(36) NOT NULL,
  `instance_id` varchar(36) NOT NULL,
  `status_id` int(11) NOT NULL,
  `status_description` varchar(64) NOT NULL,
  `updated_at` datetime DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `service_statuses_instance_id` (`instance_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE `instance_faults` (
  `id` varchar(64) NOT NULL,
  `instance_id` varchar(64) NOT NULL,
  `message` varchar(255) NOT NULL,
  `details` text NOT NULL,
  `created` datetime NOT NULL,
  `updated` datetime NOT NULL,
  `deleted` tinyint(1) NOT NULL,
  `deleted_at` datetime DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `instance_id` (`instance_id`),
  CONSTRAINT `instance_faults_ibfk_1` FOREIGN KEY (`instance_id`) REFERENCES `instances` (`id`) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT `CONSTRAINT_1` CHECK (`deleted` in (0,1))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE `quotas` (
  `id` varchar(36) NOT NULL,
  `created` datetime DEFAULT NULL,
  `updated` datetime DEFAULT NULL,
  `tenant_id` varchar(36) DEFAULT NULL,
  `resource` varchar(255) NOT NULL,
  `hard_limit` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `tenant_id` (`tenant_id`,`resource`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;

CREATE TABLE `root_enabled_history` (
  `id` varchar(36) NOT NULL,
  `user` varchar(255) DEFAULT NULL,
  `created` datetime DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci;
