/** The lowest object id of tenants. PostgreSQL's own objects have lower ones. */
export const firstOfTenants = 16384

/** The owners of large objects are in `pg_largeobject_metadata`, but `pg_largeobject` identifies them. */
const classOf = (catalog: string) => `'${catalog === 'pg_largeobject_metadata' ? 'pg_largeobject' : catalog}'::regclass`

/** Condition: the object belongs to an extension. */
export const isMember = (catalog: string, number: string) =>
  `exists (select 1 from pg_depend d where d.classid = ${classOf(catalog)} and d.objid = ${number} and d.deptype = 'e')`

export const identified = (catalog: string, number: string) => `pg_identify_object(${classOf(catalog)}, ${number}, 0)`

/** The name of an object in a statement. */
export const identityOf = (catalog: string, number: string) => `(select identity from ${identified(catalog, number)})`

/** Condition: the function can only be called by superusers, because `take-back.ts` closed it. */
export const isClosed = (row: string) =>
  `(${row}.proowner = 10 and not ${row}.prosecdef and coalesce('log_statement=none' = any(${row}.proconfig), false))`
