/** Objects that PostgreSQL itself was made with have a lower number. */
export const firstOfTenants = 16384

/** `pg_largeobject_metadata` is where their owners are, `pg_largeobject` what they are called by. */
const classOf = (catalog: string) => `'${catalog === 'pg_largeobject_metadata' ? 'pg_largeobject' : catalog}'::regclass`

/** Whether an object came with an extension. */
export const isMember = (catalog: string, number: string) =>
  `exists (select 1 from pg_depend d where d.classid = ${classOf(catalog)} and d.objid = ${number} and d.deptype = 'e')`

export const identified = (catalog: string, number: string) => `pg_identify_object(${classOf(catalog)}, ${number}, 0)`

/** How a statement names an object. */
export const identityOf = (catalog: string, number: string) => `(select identity from ${identified(catalog, number)})`

/** Whether a function was taken out of everybody's reach (`postgresql-take-back.ts`). */
export const isClosed = (row: string) =>
  `(${row}.proowner = 10 and not ${row}.prosecdef and coalesce('log_statement=none' = any(${row}.proconfig), false))`
