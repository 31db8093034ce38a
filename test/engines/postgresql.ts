import pg from 'pg'
import type { Login, SqlBench } from './engine-bench.ts'

async function connected({ address, user, password, database = 'postgres' }: Login): Promise<pg.Client> {
  const client = new pg.Client({ ...address, user, password, database, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  await client.connect()
  return client
}

export const postgresql: SqlBench = {
  engine: 'postgresql',
  isPromised: true,
  administrator: 'os_admin',
  superuser: 'postgres',
  ownDatabase: 'postgres',
  async connect(login) {
    const client = await connected(login)
    return {
      ask: async statement => Object.values((await client.query(statement)).rows[0] ?? {})[0],
      end: () => client.end().catch(() => {}),
    }
  },
  async holdOn(login) {
    const client = await connected(login)
    const ended = client.query('select pg_sleep(600)').then(
      () => {},
      () => {},
    )
    return { ended }
  },
  shown: async (session, name) => String(await session.ask(`show ${name}`)),
  async writeRow(session, text) {
    await session.ask('create table if not exists goods (name text)')
    await session.ask(`insert into goods values (${pg.escapeLiteral(text)})`)
  },
  rows: async session =>
    JSON.parse(String(await session.ask("select coalesce(json_agg(name), '[]')::text from goods"))),
  settings: { max_connections: '20', shared_buffers: '16MB', log_line_prefix: "it's 100% \\ %m " },
  changed: { max_connections: '33' },
  broken: { max_connections: 'many' },
  complaint: /max_connections.*many/,
  reserved: { databases: ['postgres', 'template1', 'trove-ts', 'pg_shop'], users: ['pg_monitor', 'trove-ts dropped'] },
  wrongPassword: /password authentication failed/,
  forms: {
    usable: [
      { characterSet: 'utf8' },
      { characterSet: 'UTF8', collate: 'C' },
      { characterSet: 'LATIN1' },
      { characterSet: 'utf8mb4' },
      { collate: 'C' },
    ],
    unusable: [
      { characterSet: 'klingon', why: /klingon/ },
      { collate: 'utf8_general_ci', why: /locale/ },
    ],
  },
  proofOfSuperuser: [
    'create role zoe',
    'create database till',
    'drop database till',
    'drop role zoe',
    'show is_superuser',
  ],
  provenSuperuser: 'off',
  halfMade: [
    'create database "trove-ts draft" template template0 allow_connections false',
    'create role "trove-ts draft"',
  ],
  pidFile: 'postmaster.pid',
  pidFileText: (pid, folder) => `${pid}\n${folder}\n1\n1\n\n127.0.0.1\n1 1\nready   \n`,
}
