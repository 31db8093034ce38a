import { isAtLeast } from '../engine-image.ts'

/**
 * The settings that name a file, a program, a library or an address, or would let a server send its data elsewhere.
 * They are given on the command line, which takes precedence over postgresql.auto.conf and ALTER SYSTEM. A server does
 * not start with an unknown setting, hence the versions. `wal_level` and `max_replication_slots` are not among them: a
 * server does not start if a slot of an earlier superuser needs higher values, and without a sender and a role with
 * REPLICATION they expose nothing.
 */
const settings: readonly (readonly [name: string, value: string, since?: string, before?: string])[] = [
  ['archive_mode', 'off'],
  ['archive_command', ''],
  ['archive_library', ''],
  ['restore_command', ''],
  ['archive_cleanup_command', ''],
  ['recovery_end_command', ''],
  ['promote_trigger_file', '', '15', '16'],
  ['shared_preload_libraries', ''],
  ['session_preload_libraries', ''],
  ['local_preload_libraries', ''],
  ['oauth_validator_libraries', '', '18'],
  ['dynamic_library_path', '$libdir'],
  ['extension_control_path', '$system', '18'],
  ['jit_provider', 'llvmjit'],
  ['ssl', 'off'],
  ['ssl_ca_file', ''],
  ['ssl_cert_file', ''],
  ['ssl_key_file', ''],
  ['ssl_crl_file', ''],
  ['ssl_crl_dir', ''],
  ['ssl_dh_params_file', ''],
  ['ssl_passphrase_command', ''],
  ['ssl_passphrase_command_supports_reload', 'off'],
  ['krb_server_keyfile', ''],
  ['log_directory', 'log'],
  ['external_pid_file', ''],
  ['bonjour', 'off'],
  ['primary_conninfo', ''],
  ['primary_slot_name', ''],
  ['max_wal_senders', '0'],
  // Otherwise every commit could wait for a standby that does not exist.
  ['synchronous_standby_names', ''],
  ['allow_alter_system', 'off', '17'],
  // Only this service can use these connections, so it can connect when tenants have taken all others.
  ['superuser_reserved_connections', '3'],
  // An unfinished login, which needs no password, holds a connection for this time.
  ['authentication_timeout', '10s'],
]

export const pinnedSettings = (version: string): string[] =>
  settings
    .filter(([, , since, before]) => isAtLeast(version, since ?? '15') && !(before && isAtLeast(version, before)))
    .flatMap(([name, value]) => ['-c', `${name}=${value}`])
