import { type Connection, createConnection, escape as quoted, type RowDataPacket } from 'mysql2/promise'
import type { Login, SqlBench } from './engine-bench.ts'

async function connected({ address, user, password, database }: Login): Promise<Connection> {
  const connection = await createConnection({
    ...address,
    user,
    password,
    connectTimeout: 5000,
    ...(database === undefined ? {} : { database }),
  })
  connection.on('error', () => {})
  return connection
}

const mysqlFamily: Omit<SqlBench, 'engine' | 'isPromised' | 'pidFile'> = {
  administrator: 'os_admin',
  superuser: 'root',
  ownDatabase: undefined,
  async connect(login) {
    const connection = await connected(login)
    return {
      async ask(statement) {
        const [rows] = await connection.query<RowDataPacket[]>(statement)
        return Array.isArray(rows) ? Object.values(rows[0] ?? {})[0] : undefined
      },
      end: async () => connection.destroy(),
    }
  },
  async holdOn(login) {
    const connection = await connected(login)
    const ended = connection.query('select sleep(600)').then(
      () => {},
      () => {},
    )
    return { ended }
  },
  shown: async (session, name) => String(await session.ask(`select @@global.${name}`)),
  async writeRow(session, text) {
    await session.ask('create table if not exists goods (name text)')
    await session.ask(`insert into goods values (${quoted(text)})`)
  },
  async rows(session) {
    const names = await session.ask("select group_concat(name order by name separator ',') from goods")
    return names === null ? [] : String(names).split(',')
  },
  settings: { max_connections: '20', innodb_buffer_pool_size: '24M', init_connect: `set @a = "it's 100% \\\\ # ä"` },
  changed: { max_connections: '33' },
  broken: { no_such_variable: '1' },
  complaint: /no_such_variable/,
  reserved: { databases: ['mysql', 'information_schema', 'Sys'], users: ['mysql.session', 'mariadb.sys'] },
  wrongPassword: /Access denied for user/,
  forms: {
    usable: [
      { characterSet: 'utf8' },
      { characterSet: 'utf8mb4', collate: 'utf8mb4_bin' },
      { characterSet: 'LATIN1' },
      { collate: 'latin1_german2_ci' },
    ],
    unusable: [
      { characterSet: 'klingon', why: /klingon/ },
      { collate: 'klingon_ci', why: /klingon_ci/ },
      { characterSet: 'latin1', collate: 'utf8mb4_bin', why: /latin1/ },
      { characterSet: 'utf8; drop', why: /character set/ },
    ],
  },
  proofOfSuperuser: ['create database proven', 'drop database proven', 'select 7'],
  provenSuperuser: 7,
  halfMade: ["create user 'trove-ts draft'@'%' identified by 'half'"],
  pidFileText: pid => `${pid}\n`,
}

export const mariadb: SqlBench = { ...mysqlFamily, engine: 'mariadb', isPromised: true, pidFile: 'mariadb.pid' }
export const mysql: SqlBench = { ...mysqlFamily, engine: 'mysql', isPromised: false, pidFile: 'mysql.pid' }
