/** The account of this service, and the only superuser. Its password is known to nobody else. */
export const administrator = 'os_admin'

/**
 * The database of this service, like `rdsadmin` of RDS and `cloudsqladmin` of Cloud SQL. Tenants cannot connect to it,
 * so they cannot hold locks in it, change its settings or create objects in it.
 */
export const administration = 'trove-ts'

/** The database that every user may connect to. */
export const commonDatabase = 'postgres'
