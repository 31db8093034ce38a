import { type EngineKind, engineKindOf } from '../../parts/engine-kind.ts'

/** Where a database is, and as whom to connect. */
export type Target = Readonly<{ host: string; port: number; user: string; password: string; database: string }>

/** A way to connect: its name, and the code or command for a target. A command asks for the password itself. */
export type Language = Readonly<{ id: string; label: string; text: (target: Target) => string; asks?: boolean }>

/** An engine: its usual port, and how to connect to it. */
export type Engine = Readonly<{
  port: number
  url: (target: Target) => string
  languages: readonly Language[]
}>

const urlOf = (scheme: string, { host, port, user, password, database }: Target) =>
  `${scheme}://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${hostOf(host)}:${port}/${encodeURIComponent(database)}`

const postgresqlUrl = (target: Target) => urlOf('postgresql', target)
const mysqlUrl = (target: Target) => urlOf('mysql', target)

const hostOf = (host: string) => (host.includes(':') ? `[${host}]` : host)

/** A text as JavaScript, Python, Go and Java read it. */
const quoted = (text: string) => JSON.stringify(text)

/** A word as a shell reads it. */
const shellWord = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

const jdbcUrl = (kind: string, { host, port, user, password, database }: Target) =>
  `jdbc:${kind}://${hostOf(host)}:${port}/${encodeURIComponent(database)}?${new URLSearchParams({ user, password })}`

const postgresql: Engine = {
  port: 5432,
  url: postgresqlUrl,
  languages: [
    { id: 'url', label: 'URL', text: postgresqlUrl },
    {
      id: 'psql',
      label: 'psql',
      asks: true,
      text: ({ host, port, user, database }) =>
        `psql -h ${shellWord(host)} -p ${port} -U ${shellWord(user)} -d ${shellWord(database)}`,
    },
    {
      id: 'python',
      label: 'Python (psycopg)',
      text: target => `psycopg.connect(${quoted(postgresqlUrl(target))})`,
    },
    {
      id: 'node',
      label: 'Node.js (pg)',
      text: target => `new Client({ connectionString: ${quoted(postgresqlUrl(target))} })`,
    },
    { id: 'go', label: 'Go (pgx)', text: target => `pgx.Connect(ctx, ${quoted(postgresqlUrl(target))})` },
    {
      id: 'java',
      label: 'Java (JDBC)',
      text: target => `DriverManager.getConnection(${quoted(jdbcUrl('postgresql', target))})`,
    },
  ],
}

const mysql: Engine = {
  port: 3306,
  url: mysqlUrl,
  languages: [
    { id: 'url', label: 'URL', text: mysqlUrl },
    {
      id: 'mysql',
      label: 'mysql (command line)',
      asks: true,
      text: ({ host, port, user, database }) =>
        `mysql -h ${shellWord(host)} -P ${port} -u ${shellWord(user)} -p ${shellWord(database)}`,
    },
    {
      id: 'python',
      label: 'Python (PyMySQL)',
      text: ({ host, port, user, password, database }) =>
        `pymysql.connect(host=${quoted(host)}, port=${port}, user=${quoted(user)}, password=${quoted(password)}, database=${quoted(database)})`,
    },
    {
      id: 'node',
      label: 'Node.js (mysql2)',
      text: target => `mysql.createConnection(${quoted(mysqlUrl(target))})`,
    },
    {
      id: 'go',
      label: 'Go (go-sql-driver)',
      text: ({ host, port, user, password, database }) =>
        `sql.Open("mysql", ${quoted(`${user}:${password}@tcp(${hostOf(host)}:${port})/${database}`)})`,
    },
    {
      id: 'java',
      label: 'Java (JDBC)',
      text: target => `DriverManager.getConnection(${quoted(jdbcUrl('mysql', target))})`,
    },
  ],
}

const redisUrl = ({ host, port, user, password }: Target) =>
  `redis://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${hostOf(host)}:${port}`

const redis: Engine = {
  port: 6379,
  url: redisUrl,
  languages: [
    { id: 'url', label: 'URL', text: redisUrl },
    {
      id: 'redis-cli',
      label: 'redis-cli',
      asks: true,
      text: ({ host, port, user }) => `redis-cli -h ${shellWord(host)} -p ${port} --user ${shellWord(user)} --askpass`,
    },
    { id: 'python', label: 'Python (redis-py)', text: target => `redis.from_url(${quoted(redisUrl(target))})` },
    { id: 'node', label: 'Node.js (redis)', text: target => `createClient({ url: ${quoted(redisUrl(target))} })` },
    { id: 'go', label: 'Go (go-redis)', text: target => `redis.ParseURL(${quoted(redisUrl(target))})` },
    { id: 'java', label: 'Java (Jedis)', text: target => `new JedisPooled(${quoted(redisUrl(target))})` },
  ],
}

const engines: Readonly<Record<EngineKind, Engine>> = { postgresql, mysql, redis }

/** The engine that a datastore is named after; undefined for a name that says nothing. */
export function engineNamed(datastore: string | null): Engine | undefined {
  const kind = engineKindOf(datastore)
  return kind && engines[kind]
}

type Addressed = Readonly<{
  datastore: Readonly<{ type: string | null }>
  hostname?: string
  ip?: readonly string[]
  port?: number
}>

/** Where an instance is; undefined while it has no address, or if its port is not known. */
export function addressOf(instance: Addressed): Pick<Target, 'host' | 'port'> | undefined {
  const host = instance.hostname ?? instance.ip?.[0]
  const port = instance.port ?? engineNamed(instance.datastore.type)?.port
  return host === undefined || port === undefined ? undefined : { host, port }
}
