import { type Client, numberOf, quotedName, quotedText } from './connection.ts'

/** Who a routine, view, trigger or event acts as. */
export type Definer = Readonly<{ user: string; host: string }>

/** An account that may do nothing, and that nobody logs in as. */
export const nobody: Definer = { user: 'trove-ts nobody', host: 'localhost' }

const asText = ({ user, host }: Definer) => quotedText(`${user}@${host}`)
const asAccount = ({ user, host }: Definer) => `${quotedText(user)}@${quotedText(host)}`

type Found = Readonly<{ schema: string; name: string; kind: string }>

/**
 * Gives another definer to everything that acts as this one, but for what the engine made for itself. The names of users
 * come back, and with them would come to life what was made by somebody else of that name.
 */
export async function changeDefiner(client: Client, from: Definer, to: Definer): Promise<void> {
  if (to === nobody) await client.run(`create user if not exists ${asAccount(nobody)} account lock`)
  // A view is made only while the functions in it can be called.
  const inOrder = to === nobody ? [changeViews, changeRoutines] : [changeRoutines, changeViews]
  for (const each of inOrder) await each(client, from, to)
  await changeEvents(client, from, to)
  await changeTriggers(client, from, to)
}

/** What the engine made for itself acts as accounts of its own, and stays as it is. */
const notTheEngines = (column: string, { user }: Definer) =>
  /^(?:mysql|mariadb)\./.test(user) ? `${column} not in ('mysql', 'sys')` : 'true'

async function changeRoutines(client: Client, from: Definer, to: Definer): Promise<void> {
  const found = await client.rows<Found>(
    'select routine_schema as `schema`, routine_name as name, routine_type as kind from information_schema.routines' +
      ` where definer = ${asText(from)} and ${notTheEngines('routine_schema', from)}`,
  )
  if (found.length === 0) return
  if (!client.isMariadb) {
    for (const routine of found) await remake(client, routine, to)
    return
  }
  const where = `definer = ${asText(from)} and ${notTheEngines('db', from)}`
  await client.run(`update mysql.proc set definer = ${asText(to)} where ${where}`)
  // Sessions remember routines until any of them changes.
  await client.run('create or replace procedure mysql.`trove-ts draft`() select 1')
  await client.run('drop procedure mysql.`trove-ts draft`')
}

async function changeEvents(client: Client, from: Definer, to: Definer): Promise<void> {
  const found = await client.rows<Found & { status: string }>(
    'select event_schema as `schema`, event_name as name, status as status from information_schema.events' +
      ` where definer = ${asText(from)}`,
  )
  for (const { schema, name, status } of found) {
    const isOn = status === 'ENABLED' && to !== nobody
    const event = `${quotedName(schema)}.${quotedName(name)}`
    await client.run(`alter definer = ${asAccount(to)} event ${event} ${isOn ? 'enable' : 'disable'}`)
  }
}

async function changeTriggers(client: Client, from: Definer, to: Definer): Promise<void> {
  const found = await client.rows<Omit<Found, 'kind'>>(
    'select trigger_schema as `schema`, trigger_name as name from information_schema.triggers' +
      ` where definer = ${asText(from)}`,
  )
  for (const each of found) await remake(client, { ...each, kind: 'trigger' }, to)
}

/**
 * Nobody's view acts as whoever looks at it: a view is not made for a definer that may not call its functions. One whose
 * tables or functions are gone cannot be made again, and goes as well: it might come to life with them.
 */
async function changeViews(client: Client, from: Definer, to: Definer): Promise<void> {
  const found = await client.rows<Omit<Found, 'kind'>>(
    'select table_schema as `schema`, table_name as name from information_schema.views' +
      ` where definer = ${asText(from)} and ${notTheEngines('table_schema', from)}`,
  )
  for (const { schema, name } of found) {
    const view = `${quotedName(schema)}.${quotedName(name)}`
    await client.run(`use ${quotedName(schema)}`)
    try {
      const [shown] = await client.rows<Record<string, string>>(`show create view ${view}`)
      const statement = withDefiner(shown!['Create View']!, to).replace(/^create/i, 'create or replace')
      const forNobody = statement.replace(/ sql security definer /i, ' sql security invoker ')
      await client.run(to === nobody ? forNobody : statement)
    } catch (error) {
      if (numberOf(error) === undefined) throw error
      await client.run(`drop view if exists ${view}`)
    }
  }
}

/** Drops it and makes it again as it was written, under the mode that it was written in. */
async function remake(client: Client, { schema, name, kind }: Found, to: Definer): Promise<void> {
  const full = `${kind} ${quotedName(schema)}.${quotedName(name)}`
  const [shown] = await client.rows<Record<string, string>>(`show create ${full}`)
  const text = Object.entries(shown!).find(([column]) => /^create |^sql original/i.test(column))?.[1]
  await client.run(`use ${quotedName(schema)}`)
  await client.run(`drop ${full}`)
  await client.run(`set session sql_mode = ${quotedText(shown!.sql_mode ?? '')}`)
  await client.run(withDefiner(text!, to)).finally(() => client.run("set session sql_mode = 'STRICT_TRANS_TABLES'"))
}

/** What SHOW CREATE says, with another definer. */
const withDefiner = (statement: string, to: Definer) =>
  statement.replace(
    /^(create\s+(?:algorithm\s*=\s*\w+\s+)?)definer\s*=\s*(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")@(?:`(?:[^`]|``)*`|"(?:[^"]|"")*")/i,
    (_, start: string) => `${start}definer=${asAccount(to)}`,
  )
