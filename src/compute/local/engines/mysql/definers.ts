import { type Client, numberOf, quotedName, quotedText } from './connection.ts'

/** The account that a routine, view, trigger or event runs as. */
export type Definer = Readonly<{ user: string; host: string }>

/** A locked account without any rights. */
export const nobody: Definer = { user: 'trove-ts nobody', host: 'localhost' }

const asText = ({ user, host }: Definer) => quotedText(`${user}@${host}`)
const asAccount = ({ user, host }: Definer) => `${quotedText(user)}@${quotedText(host)}`

type SchemaObject = Readonly<{ schema: string; name: string; kind: string }>

/**
 * Changes the definer of every object with this definer, except the engine's own. The name of a user can be used again,
 * and the new user would then lend its rights to objects of the earlier user of that name.
 */
export async function changeDefiner(client: Client, from: Definer, to: Definer): Promise<void> {
  if (to === nobody) await client.run(`create user if not exists ${asAccount(nobody)} account lock`)
  // A view can only be created while its definer can call the functions in it.
  const inOrder = to === nobody ? [changeViews, changeRoutines] : [changeRoutines, changeViews]
  for (const each of inOrder) await each(client, from, to)
  await changeEvents(client, from, to)
  await changeTriggers(client, from, to)
}

/** Leaves out the engine's own objects, which have accounts of the engine as their definers. */
const notTheEngines = (column: string, { user }: Definer) =>
  /^(?:mysql|mariadb)\./.test(user) ? `${column} not in ('mysql', 'sys')` : 'true'

async function changeRoutines(client: Client, from: Definer, to: Definer): Promise<void> {
  const routines = await client.rows<SchemaObject>(
    'select routine_schema as `schema`, routine_name as name, routine_type as kind from information_schema.routines' +
      ` where definer = ${asText(from)} and ${notTheEngines('routine_schema', from)}`,
  )
  if (routines.length === 0) return
  if (!client.isMariadb) {
    for (const routine of routines) await recreate(client, routine, to)
    return
  }
  const where = `definer = ${asText(from)} and ${notTheEngines('db', from)}`
  await client.run(`update mysql.proc set definer = ${asText(to)} where ${where}`)
  // Sessions cache routines until any routine changes.
  await client.run('create or replace procedure mysql.`trove-ts draft`() select 1')
  await client.run('drop procedure mysql.`trove-ts draft`')
}

async function changeEvents(client: Client, from: Definer, to: Definer): Promise<void> {
  const events = await client.rows<SchemaObject & { status: string }>(
    'select event_schema as `schema`, event_name as name, status as status from information_schema.events' +
      ` where definer = ${asText(from)}`,
  )
  for (const { schema, name, status } of events) {
    const isOn = status === 'ENABLED' && to !== nobody
    const event = `${quotedName(schema)}.${quotedName(name)}`
    await client.run(`alter definer = ${asAccount(to)} event ${event} ${isOn ? 'enable' : 'disable'}`)
  }
}

async function changeTriggers(client: Client, from: Definer, to: Definer): Promise<void> {
  const triggers = await client.rows<Omit<SchemaObject, 'kind'>>(
    'select trigger_schema as `schema`, trigger_name as name from information_schema.triggers' +
      ` where definer = ${asText(from)}`,
  )
  for (const trigger of triggers) await recreate(client, { ...trigger, kind: 'trigger' }, to)
}

/**
 * The views of `nobody` run as their invoker, because a view cannot be created for a definer who may not call its
 * functions. A view whose tables or functions are gone cannot be recreated. It is dropped, because it would work again
 * once they exist again.
 */
async function changeViews(client: Client, from: Definer, to: Definer): Promise<void> {
  const views = await client.rows<Omit<SchemaObject, 'kind'>>(
    'select table_schema as `schema`, table_name as name from information_schema.views' +
      ` where definer = ${asText(from)} and ${notTheEngines('table_schema', from)}`,
  )
  for (const { schema, name } of views) {
    const view = `${quotedName(schema)}.${quotedName(name)}`
    await client.run(`use ${quotedName(schema)}`)
    try {
      const [definition] = await client.rows<Record<string, string>>(`show create view ${view}`)
      const statement = withDefiner(definition!['Create View']!, to).replace(/^create/i, 'create or replace')
      const forNobody = statement.replace(/ sql security definer /i, ' sql security invoker ')
      await client.run(to === nobody ? forNobody : statement)
    } catch (error) {
      if (numberOf(error) === undefined) throw error
      await client.run(`drop view if exists ${view}`)
    }
  }
}

/** Drops an object and recreates it from its own definition, with the SQL mode of that definition. */
async function recreate(client: Client, { schema, name, kind }: SchemaObject, to: Definer): Promise<void> {
  const full = `${kind} ${quotedName(schema)}.${quotedName(name)}`
  const [definition] = await client.rows<Record<string, string>>(`show create ${full}`)
  const text = Object.entries(definition!).find(([column]) => /^create |^sql original/i.test(column))?.[1]
  await client.run(`use ${quotedName(schema)}`)
  await client.run(`drop ${full}`)
  await client.run(`set session sql_mode = ${quotedText(definition!.sql_mode ?? '')}`)
  await client.run(withDefiner(text!, to)).finally(() => client.run("set session sql_mode = 'STRICT_TRANS_TABLES'"))
}

/** Replaces the definer in a statement from SHOW CREATE. */
const withDefiner = (statement: string, to: Definer) =>
  statement.replace(
    /^(create\s+(?:algorithm\s*=\s*\w+\s+)?)definer\s*=\s*(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")@(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")/i,
    (_, start: string) => `${start}definer=${asAccount(to)}`,
  )
