-- Rows as Trove writes them: naive UTC datetimes, soft deletion, what is not known left null or empty.

INSERT INTO `datastores` VALUES
  ('d-mysql', 'mysql', 'v-80'),
  ('d-pg', 'postgresql', NULL);

INSERT INTO `datastore_versions`
  (`id`, `datastore_id`, `name`, `image_id`, `packages`, `active`, `manager`, `image_tags`, `version`, `registry_ext`, `repl_strategy`) VALUES
  ('v-80', 'd-mysql', '8.0', NULL, '', 1, 'mysql', 'trove,mysql', '8.0.36',
    'trove.guestagent.datastore.mysql.manager.Manager',
    'trove.guestagent.strategies.replication.mysql_gtid.MysqlGTIDReplication'),
  ('v-57', 'd-mysql', '5.7', 'image-57', NULL, 0, 'mysql', '', '5.7', '', '.'),
  ('v-pg', 'd-pg', '16', '', NULL, 1, 'postgresql', 'trove', '16',
    'trove.guestagent.datastore.postgres.manager.PostgresManager',
    'trove.guestagent.strategies.replication.postgresql.PostgresqlReplicationStreaming');

INSERT INTO `datastore_version_metadata` VALUES
  ('m-1', 'v-80', 'flavor', '2', '2026-01-02 03:04:05', 0, NULL, NULL),
  ('m-2', 'v-80', 'flavor', '3', '2026-01-02 03:04:05', 0, '2026-02-03 04:05:06', NULL),
  ('m-3', 'v-80', 'flavor', '4', '2026-01-02 03:04:05', 1, '2026-02-03 04:05:06', NULL),
  ('m-4', 'v-80', 'volume_type', 'ssd', '2026-01-02 03:04:06', 0, NULL, NULL);

INSERT INTO `configurations` VALUES
  ('c-1', 'bigger', NULL, 'p1', 'v-80', 0, NULL, '2026-01-02 03:04:05', '2026-01-02 03:04:05'),
  ('c-2', 'gone', 'of yore', 'p1', 'v-57', 1, '2026-01-03 00:00:00', '2026-01-02 03:04:05', '2026-01-03 00:00:00');

INSERT INTO `configuration_parameters` VALUES ('c-1', 'max_connections', '200', 0, NULL);

INSERT INTO `clusters` VALUES
  ('k-1', '2026-01-02 03:04:05', '2026-01-02 03:04:05', 'trio', 1, 'p1', 'v-pg', 0, NULL, NULL);

INSERT INTO `instances` (`id`, `created`, `updated`, `name`, `hostname`, `compute_instance_id`, `task_id`,
  `task_description`, `volume_id`, `flavor_id`, `volume_size`, `tenant_id`, `server_status`, `deleted`, `deleted_at`,
  `datastore_version_id`, `configuration_id`, `slave_of_id`, `cluster_id`, `region_id`, `encrypted_key`, `access`,
  `ssl_mode`, `ssl_ref`) VALUES
  ('i-1', '2026-01-02 03:04:05', '2026-01-02 03:09:05', 'shop', NULL, 'server-1', 1, 'No tasks for the instance.', 'volume-1',
    '2', 5, 'p1', NULL, 0, NULL, 'v-80', 'c-1', NULL, NULL, 'RegionOne', 'key', '{"is_public": false}', 'require', 'secret-1'),
  ('i-2', '2026-01-02 04:04:05', '2026-01-02 04:09:05', 'shop-replica', NULL, 'server-2', 1, 'No tasks for the instance.',
    'volume-2', '3', 5, 'p1', NULL, 0, NULL, 'v-80', NULL, 'i-1', NULL, 'RegionOne', 'key', NULL, NULL, NULL),
  ('i-3', '2026-01-02 05:04:05', '2026-01-02 05:09:05', 'trio-1', NULL, 'server-3', 1, 'No tasks for the instance.',
    'volume-3', '4', 9, 'p1', NULL, 0, NULL, 'v-pg', NULL, NULL, 'k-1', 'RegionOne', 'key', NULL, NULL, NULL),
  ('i-4', '2026-01-01 05:04:05', '2026-01-01 06:04:05', 'old', NULL, NULL, 2, 'Deleting the instance.', NULL,
    '4', 9, 'p2', NULL, 1, '2026-01-01 06:04:05', 'v-57', NULL, NULL, NULL, 'RegionOne', 'key', NULL, NULL, NULL);

INSERT INTO `service_statuses` VALUES
  ('s-1', 'i-1', 33, 'healthy', '2026-01-02 03:09:05'),
  ('s-2', 'i-2', 33, 'healthy', '2026-01-02 04:09:05'),
  ('s-3', 'i-3', 1, 'running', '2026-01-02 05:09:05'),
  ('s-4', 'i-4', 5, 'deleted', '2026-01-01 06:04:05');

INSERT INTO `instance_faults` VALUES
  ('f-1', 'i-2', 'Could not mount.', 'Traceback …', '2026-01-02 04:05:05', '2026-01-02 04:05:05', 0, NULL);

INSERT INTO `agent_heartbeats` VALUES ('h-1', 'i-1', '19.0.0', 0, NULL, '2026-01-02 03:09:05');

INSERT INTO `conductor_lastseen` VALUES ('i-1', 'heartbeat', 1767323345.12);

INSERT INTO `root_enabled_history` VALUES
  ('i-1', 'ann', '2026-01-02 03:30:00', NULL),
  ('i-4', 'bob', '2026-01-01 05:30:00', '2026-01-01 06:04:05');

INSERT INTO `quotas` VALUES
  ('q-1', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'p1', 'instances', 7),
  ('q-2', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'p1', 'volumes', 100);

INSERT INTO `quota_usages` VALUES
  ('u-1', '2026-01-01 00:00:00', '2026-01-02 05:04:05', 'p1', 3, 0, 'instances'),
  ('u-2', '2026-01-01 00:00:00', '2026-01-02 05:04:05', 'p1', 19, 0, 'volumes');

INSERT INTO `reservations` VALUES ('2026-01-02 05:04:05', '2026-01-02 05:04:05', 'r-1', 'u-1', 1, 'Committed');

INSERT INTO `backups` VALUES
  ('b-1', 'nightly', NULL, 'http://swift/b-1', NULL, 0.3, 'p1', 'COMPLETED', 'i-1', 'abc', NULL, 0, '2026-01-03 00:00:00',
    '2026-01-03 00:01:00', NULL, NULL, 'v-80', 'swift');

INSERT INTO `backup_strategy` VALUES ('bs-1', 'p1', 'i-1', 'swift', 'backups', '2026-01-03 00:00:00');

INSERT INTO `security_groups` VALUES
  ('g-1', 'SecGroup_i-1', NULL, 'ann', 'p1', '2026-01-02 03:04:05', '2026-01-02 03:04:05', 0, NULL);

INSERT INTO `security_group_instance_associations` VALUES
  ('ga-1', 'g-1', 'i-1', '2026-01-02 03:04:05', '2026-01-02 03:04:05', 0, NULL);

INSERT INTO `modules` VALUES
  ('mo-1', 'ping', 'ping', 'bW9kdWxl', NULL, 'p1', NULL, NULL, 0, 1, 0, 'd41d8cd9', '2026-01-02 03:04:05',
    '2026-01-02 03:04:05', 0, NULL, 0, 5, 0);

INSERT INTO `instance_modules` VALUES
  ('im-1', 'i-1', 'mo-1', 'd41d8cd9', '2026-01-02 03:10:05', '2026-01-02 03:10:05', 0, NULL);

INSERT INTO `datastore_configuration_parameters` VALUES
  ('dp-1', 'max_connections', 'v-80', 0, '100000', '1', 'integer');

INSERT INTO `capabilities` VALUES ('ca-1', 'root', 'may be let in', 1);

INSERT INTO `capability_overrides` VALUES ('co-1', 'v-80', 'ca-1', 0);
