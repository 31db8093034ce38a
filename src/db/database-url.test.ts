import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseDatabaseUrl } from './database-url.ts'

const parts = (text: string) => {
  const { url, dialect } = parseDatabaseUrl(text)
  const { user, password, host, port, database, query } = url
  return [dialect.name, user, password, host, port, database, query]
}

/** As SQLAlchemy 1.4 reads them. */
const readings: [url: string, ...parts: unknown[]][] = [
  ['mysql+pymysql://u:p@h:3307/trove?charset=utf8', 'mysql', 'u', 'p', 'h', 3307, 'trove', { charset: 'utf8' }],
  ['mysql://u@h/trove', 'mysql', 'u', undefined, 'h', undefined, 'trove', {}],
  ['mariadb+pymysql://u:p@h/trove', 'mysql', 'u', 'p', 'h', undefined, 'trove', {}],
  ['postgresql+psycopg2://u:p@h/trove', 'postgresql', 'u', 'p', 'h', undefined, 'trove', {}],
  ['postgresql://u:p@[::1]:5433/trove', 'postgresql', 'u', 'p', '::1', 5433, 'trove', {}],
  ['mysql://u:p%40%2Fss@h/trove', 'mysql', 'u', 'p@/ss', 'h', undefined, 'trove', {}],
  ['mysql://u:p/a#s?s:x@h/trove', 'mysql', 'u', 'p/a#s?s:x', 'h', undefined, 'trove', {}],
  ['mysql://u:100%@h/trove', 'mysql', 'u', '100%', 'h', undefined, 'trove', {}],
  [
    'mysql:///trove?unix_socket=/run/mysqld.sock',
    'mysql',
    undefined,
    undefined,
    undefined,
    undefined,
    'trove',
    { unix_socket: '/run/mysqld.sock' },
  ],
  ['sqlite:///relative/file.db', 'sqlite', undefined, undefined, undefined, undefined, 'relative/file.db', {}],
  ['sqlite:////absolute/file.db?x=1', 'sqlite', undefined, undefined, undefined, undefined, '/absolute/file.db', {}],
]

describe('a SQLAlchemy URL', () => {
  for (const [url, ...expected] of readings) test(url, () => assert.deepEqual(parts(url), expected))
})

const wrong: [url: string, complaint: RegExp][] = [
  ['oracle://u:secret@h/trove', /must start with one of mysql:\/\//],
  ['trove.sqlite', /must start with one of/],
  ['mysql://u:secret@h', /must look like/],
  ['mysql://u:secret@h/', /must look like/],
  ['mysql://u:secret@h:many/trove', /must look like/],
  ['mysql://u:secret@h/trove?ssl_ca=/ca.pem', /'ssl_ca' is not offered yet/],
  ['postgresql://u:secret@h/trove?sslmode=require', /'sslmode' is not offered yet/],
]

for (const [url, complaint] of wrong)
  test(`'${url}' is refused, without repeating the password`, () =>
    assert.throws(
      () => parseDatabaseUrl(url),
      error => error instanceof Error && complaint.test(error.message) && !error.message.includes('secret'),
    ))
