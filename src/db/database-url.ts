import type { DatabaseUrl, Dialect } from './dialects/dialect.ts'
import { dialects } from './dialects/index.ts'
import { noTls } from './tls.ts'

/** The URL syntax of SQLAlchemy (1.4 engine/url.py): a password may contain any character except @. */
const sqlalchemyUrl =
  /^(?<scheme>[a-z]+)(?:\+[a-z0-9]+)?:\/\/(?:(?<user>[^:/]*)(?::(?<password>[^@]*))?@)?(?:\[(?<ipv6>[^/?]+)\]|(?<host>[^/:?]+))?(?::(?<port>[^/?]*))?(?:\/(?<database>[^?]*))?(?:\?(?<query>.*))?$/is

/** Leaves invalid percent-encodings unchanged, as Python does. */
const decoded = (text: string | undefined) =>
  text ? text.replace(/(?:%[0-9a-f]{2})+/gi, escaped => decodedOr(escaped)) : undefined

function decodedOr(escaped: string): string {
  try {
    return decodeURIComponent(escaped)
  } catch {
    return escaped
  }
}

/** Parses a SQLAlchemy URL. Throws an Error whose message never contains the password. */
export function parseDatabaseUrl(text: string): { url: DatabaseUrl; dialect: Dialect } {
  const scheme = /^([a-z]+)(?:\+[a-z0-9]+)?:\/\//i.exec(text)?.[1]?.toLowerCase()
  const dialect = Object.values(dialects).find(dialect => scheme !== undefined && dialect.schemes.includes(scheme))
  if (!scheme || !dialect) {
    const schemes = Object.values(dialects).flatMap(dialect => dialect.schemes)
    throw new Error(`a database URL must start with one of ${schemes.map(scheme => `${scheme}://`).join(', ')}`)
  }
  const nowhere = {
    scheme,
    user: undefined,
    password: undefined,
    host: undefined,
    port: undefined,
    query: {},
    tls: noTls,
  }
  // SQLAlchemy's SQLite URLs have three slashes before a relative path and four before an absolute one.
  if (dialect.name === 'sqlite') {
    const rest = text.slice(text.indexOf('://') + 3)
    return { dialect, url: { ...nowhere, database: rest.replace(/^\//, '').split('?', 1)[0]! } }
  }
  const { user, password, ipv6, host, port = '', database, query = '' } = sqlalchemyUrl.exec(text)?.groups ?? {}
  if (!database || !/^\d*$/.test(port))
    throw new Error('a database URL must look like engine://user:password@host:port/name')
  const options = Object.fromEntries(new URLSearchParams(query))
  return {
    dialect,
    url: {
      scheme,
      user: decoded(user),
      password: decoded(password),
      host: ipv6 ?? host,
      port: port === '' ? undefined : Number(port),
      database,
      query: options,
      tls: dialect.tlsOf(options),
    },
  }
}
