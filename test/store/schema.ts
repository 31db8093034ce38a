import { sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'

/** What every engine can say of a table. Constraint names are left out: the engines choose some of them. */
export type TableSchema = Readonly<{
  name: string
  columns: readonly { name: string; nullable: boolean }[]
  primaryKey: readonly string[]
  /** Columns of each, sorted. */
  uniqueKeys: readonly string[]
  foreignKeys: readonly string[]
}>

/** Reads the CREATE TABLE statements that MariaDB shows. */
export function parseCreateTables(text: string): TableSchema[] {
  return [...text.matchAll(/CREATE TABLE `(\w+)` \(\n(.*?)\n\)/gs)].map(([, name, body]) => {
    const lines = body!.split('\n').map(line => line.trim().replace(/,$/, ''))
    const matches = (pattern: RegExp) => lines.map(line => pattern.exec(line)).filter(match => match !== null)
    const columns = matches(/^`(\w+)` (.*)/).map(([, name, type]) => ({
      name: name!,
      nullable: !type!.includes('NOT NULL'),
    }))
    const listed = (columns: string | undefined) => columns!.replaceAll('`', '')
    return {
      name: name!,
      columns,
      primaryKey: matches(/^PRIMARY KEY \((.*)\)/).flatMap(match => listed(match[1]).split(',')),
      uniqueKeys: matches(/^UNIQUE KEY `\w+` \((.*)\)/)
        .map(match => listed(match[1]))
        .sort(),
      foreignKeys: matches(/FOREIGN KEY \(`(\w+)`\) REFERENCES `(\w+)` \(`(\w+)`\)(.*)/)
        .map(([, from, table, to, actions]) => foreignKey(from!, table!, to!, /DELETE CASCADE/.test(actions!)))
        .sort(),
    }
  })
}

const foreignKey = (from: string, table: string, to: string, cascades: boolean) =>
  `${from} -> ${table}.${to}${cascades ? ' on delete cascade' : ''}`

type Introspection = Readonly<{
  table(database: Database, name: string): Promise<TableSchema>
  /** Everything that the engine keeps about its tables, to the letter, a text each. */
  toTheLetter(database: Database): Promise<string[]>
}>

const rowsOf = async <Row>(database: Database, query: ReturnType<typeof sql<Row>>) =>
  (await query.execute(database.kysely)).rows

const mysql: Introspection = {
  async table(database, name) {
    return parseCreateTables(await showCreateTable(database, name))[0]!
  },
  async toTheLetter(database) {
    const names = await rowsOf(
      database,
      sql<{ name: string }>`select table_name as name from information_schema.tables
        where table_schema = database() order by name`,
    )
    return Promise.all(names.map(({ name }) => showCreateTable(database, name)))
  },
}

export async function showCreateTable(database: Database, name: string): Promise<string> {
  const rows = await rowsOf(database, sql<{ 'Create Table': string }>`show create table ${sql.table(name)}`)
  return rows[0]!['Create Table']
}

const sqlite: Introspection = {
  async table(database, name) {
    const columns = await rowsOf(
      database,
      sql<{ name: string; notnull: number; pk: number }>`select * from pragma_table_info(${name}) order by cid`,
    )
    const uniqueKeys = await rowsOf(
      database,
      sql<{ columns: string }>`select (select group_concat(name) from pragma_index_info(keys.name)) as columns
        from pragma_index_list(${name}) keys where origin = 'u'`,
    )
    const foreignKeys = await rowsOf(
      database,
      sql<{ from: string; table: string; to: string; on_delete: string }>`
        select * from pragma_foreign_key_list(${name})`,
    )
    return {
      name,
      columns: columns.map(({ name, notnull }) => ({ name, nullable: notnull === 0 })),
      primaryKey: columns.filter(({ pk }) => pk > 0).map(({ name }) => name),
      uniqueKeys: uniqueKeys.map(({ columns }) => columns).sort(),
      foreignKeys: foreignKeys.map(key => foreignKey(key.from, key.table, key.to, key.on_delete === 'CASCADE')).sort(),
    }
  },
  async toTheLetter(database) {
    const parts = await rowsOf(
      database,
      sql<{ text: string }>`select type || ' ' || name || ': ' || coalesce(sql, '') as text
        from sqlite_schema order by type, name`,
    )
    return parts.map(({ text }) => text)
  },
}

const postgresql: Introspection = {
  async table(database, name) {
    const columns = await rowsOf(
      database,
      sql<{ name: string; nullable: boolean }>`select attname as name, not attnotnull as nullable
        from pg_attribute where attrelid = to_regclass(${name}) and attnum > 0 and not attisdropped order by attnum`,
    )
    const keys = await rowsOf(
      database,
      sql<{ type: string; columns: string; table: string | null; cascades: boolean }>`
        select contype as type, confrelid::regclass::text as table, confdeltype = 'c' as cascades,
          (select string_agg(attname, ',' order by position) from unnest(conkey) with ordinality as part (attnum, position)
            join pg_attribute on attrelid = conrelid and pg_attribute.attnum = part.attnum) as columns
        from pg_constraint where conrelid = to_regclass(${name})`,
    )
    const ofType = (type: string) => keys.filter(key => key.type === type)
    return {
      name,
      columns,
      primaryKey: ofType('p').flatMap(key => key.columns.split(',')),
      uniqueKeys: ofType('u')
        .map(key => key.columns)
        .sort(),
      foreignKeys: ofType('f')
        .map(key => foreignKey(key.columns, key.table!, 'id', key.cascades))
        .sort(),
    }
  },
  async toTheLetter(database) {
    const parts = await rowsOf(
      database,
      sql<{ text: string }>`
        select concat_ws(' ', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod),
            case when attnotnull then 'not null' end, pg_get_expr(adbin, adrelid)) as text
          from pg_attribute join pg_class on pg_class.oid = attrelid
          left join pg_attrdef on adrelid = attrelid and adnum = attnum
          where relnamespace = current_schema()::regnamespace and relkind = 'r' and attnum > 0
        union all
        select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
          from pg_constraint where connamespace = current_schema()::regnamespace
        union all
        select indexdef from pg_indexes where schemaname = current_schema()
        order by text`,
    )
    return parts.map(({ text }) => text)
  },
}

const introspections: Readonly<Record<string, Introspection>> = { mysql, postgresql, sqlite }

export const tableSchema = (database: Database, name: string): Promise<TableSchema> =>
  introspections[database.dialect.name]!.table(database, name)

/** The whole schema to the letter, and which migrations the database thinks it has seen. */
export async function wholeSchema(database: Database): Promise<{ parts: string[]; migrations: string[] }> {
  const migrations = await rowsOf(database, sql<{ name: string }>`select name from trovets_migrations order by name`)
  return {
    parts: await introspections[database.dialect.name]!.toTheLetter(database),
    migrations: migrations.map(({ name }) => name),
  }
}
