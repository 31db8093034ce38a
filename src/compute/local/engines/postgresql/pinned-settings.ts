import { isAtLeast } from '../engine-image.ts'

/**
 * Every setting that names a file, a program, a library or an address, and what would let a server send its data away. On
 * the command line neither postgresql.auto.conf nor ALTER SYSTEM has a say; a server does not start with one that it does
 * not know. `wal_level` and `max_replication_slots` are free: a server does not start either when a slot of an earlier
 * superuser needs more of them, and without a sender and a role with REPLICATION they give nothing away.
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
  // A standby that does not exist would be waited for by every commit.
  ['synchronous_standby_names', ''],
  ['allow_alter_system', 'off', '17'],
  // What nobody but the service can use up, so that it gets in when tenants have taken every other connection.
  ['superuser_reserved_connections', '3'],
  // A login that is begun and not finished holds a connection for so long, and needs no password for it.
  ['authentication_timeout', '10s'],
]

export const pinnedSettings = (version: string): string[] =>
  settings
    .filter(([, , since, before]) => isAtLeast(version, since ?? '15') && !(before && isAtLeast(version, before)))
    .flatMap(([name, value]) => ['-c', `${name}=${value}`])
