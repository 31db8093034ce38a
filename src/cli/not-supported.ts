const noConfigurationGroups = 'it has no configuration groups, so there are no parameters to validate'

/** The commands that a release of Trove has and trove-ts does not, and the reason or the replacement. */
export const notSupported: Readonly<Record<string, string>> = {
  db_load_datastore_config_parameters: noConfigurationGroups,
  db_remove_datastore_config_parameters: noConfigurationGroups,
  db_wipe: 'use `trove-manage db_recreate`, which also deletes everything',
  db_downgrade: 'the schema is never downgraded; restore a backup of the database instead',
}
