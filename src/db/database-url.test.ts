import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseDatabaseUrl } from './database-url.ts'

const parts = (text: string) => {
  const { url, dialect } = parseDatabaseUrl(text)
  const { user, password, host, port, database, query } = url
  return [dialect.name, user, password, host, port, database, query]
}

/** The parts that SQLAlchemy 1.4 reads. */
const readings: [url: string, ...parts: unknown[]][] = [
  ['mysql+pymysql://u:p@h:3307/trove?charset=utf8', 'mysql', 'u', 'p', 'h', 3307, 'trove', { charset: 'utf8' }],
  ['mysql://u@h/trove', 'mysql', 'u', undefined, 'h', undefined, 'trove', {}],
  ['mariadb+pymysql://u:p@h/trove', 'mysql', 'u', 'p', 'h', undefined, 'trove', {}],
  ['postgresql+psycopg2://u:p@h/trove', 'postgresql', 'u', 'p', 'h', undefined, 'trove', {}],
  ['postgresql://u:p@[::1]:5433/trove', 'postgresql', 'u', 'p', '::1', 5433, 'trove', {}],
  ['postgresql://u:p@:5433/trove?host=/run', 'postgresql', 'u', 'p', undefined, 5433, 'trove', { host: '/run' }],
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
  [
    'mysql://u:secret@h/trove?ssl=true',
    /^'ssl' is not supported: use ssl_ca or ssl_verify_cert=true; supported keys are ssl_ca, /,
  ],
  ['mysql://u:secret@h/trove?sslmode=require', /^'sslmode' is not supported; supported keys are ssl_ca, /],
  [
    'mysql://u@h/trove?ssl_key_password=secret&ssl_ca=/ca.pem',
    /^'ssl_key_password' is not supported; supported keys are ssl_ca, /,
  ],
  ['mysql://u:secret@h/trove?ssl_verify_cert=optional', /^'ssl_verify_cert' must be true or false$/],
  ['mysql://u:secret@h/trove?ssl_key=/key.pem', /^'ssl_key' requires 'ssl_cert'$/],
  [
    'postgresql://u:secret@h/trove?ssl_ca=/ca.pem',
    /^'ssl_ca' is not supported; supported keys are sslmode, sslrootcert, sslcert, /,
  ],
  ['postgresql://u@h/trove?sslpassword=secret', /^'sslpassword' is not supported; supported keys are sslmode/],
  [
    'postgresql://u:secret@h/trove?sslmode=yes',
    /^'sslmode' must be one of disable, allow, prefer, require, verify-ca, /,
  ],
  ['postgresql://u:secret@h/trove?sslmode=constructor', /^'sslmode' must be one of/],
  ['postgresql://u:secret@h/trove?sslmode=verify-full', /^'sslmode=verify-full' requires 'sslrootcert': the file/],
  [
    'postgresql://u:secret@h/trove?sslmode=require&sslrootcert=system',
    /^'sslrootcert=system' requires 'sslmode=verify-full'$/,
  ],
  ['postgresql://u:secret@h/trove?sslcert=/c.pem', /^'sslcert' and 'sslkey' must be used together$/],
]

for (const [url, complaint] of wrong)
  test(`'${url}' is refused, without repeating the password`, () =>
    assert.throws(
      () => parseDatabaseUrl(url),
      error => error instanceof Error && complaint.test(error.message) && !error.message.includes('secret'),
    ))

const encryption: [url: string, use: string, verify: string][] = [
  ['sqlite:///trove.sqlite', 'never', 'nothing'],
  ['mysql://u@h/trove?charset=utf8', 'never', 'nothing'],
  ['mysql://u@h/trove?ssl_ca=/ca.pem', 'always', 'identity'],
  ['mysql://u@h/trove?ssl_capath=/cas', 'always', 'identity'],
  ['mysql://u@h/trove?ssl_ca=/ca.pem&ssl_check_hostname=false', 'always', 'authority'],
  ['mysql://u@h/trove?ssl_ca=/ca.pem&ssl_verify_cert=True', 'always', 'authority'],
  ['mysql://u@h/trove?ssl_ca=/ca.pem&ssl_verify_cert=false', 'always', 'nothing'],
  ['mysql://u@h/trove?ssl_ca=/ca.pem&ssl_verify_cert=true&ssl_verify_identity=1', 'always', 'identity'],
  ['mysql://u@h/trove?ssl_verify_cert=true', 'always', 'authority'],
  ['mysql://u@h/trove?ssl_verify_identity=true', 'always', 'identity'],
  ['mysql://u@h/trove?ssl_check_hostname=true', 'always', 'identity'],
  ['mysql://u@h/trove?ssl_cert=/c.pem&ssl_key=/k.pem', 'always', 'nothing'],
  ['mysql://u@h/trove?ssl_ca=/ca.pem&ssl_disabled=true', 'never', 'nothing'],
  ['mysql://u@h/trove?ssl_ca=/ca.pem&ssl_disabled=false', 'always', 'identity'],
  ['postgresql://u@h/trove', 'if offered', 'nothing'],
  ['postgresql://u@h/trove?sslmode=disable&sslrootcert=/ca.pem', 'never', 'nothing'],
  ['postgresql://u@h/trove?sslmode=allow', 'if refused', 'nothing'],
  ['postgresql://u@h/trove?sslmode=require', 'always', 'nothing'],
  ['postgresql://u@h/trove?sslmode=require&sslrootcert=/ca.pem', 'always', 'authority'],
  ['postgresql://u@h/trove?sslmode=verify-ca&sslrootcert=/ca.pem', 'always', 'authority'],
  ['postgresql://u@h/trove?sslmode=verify-full&sslrootcert=system', 'always', 'identity'],
  ['postgresql:///trove?host=/run/postgresql&sslmode=require', 'never', 'nothing'],
  // unix_socket is a key of PyMySQL: this PostgreSQL connection uses the network.
  ['postgresql://u@h/trove?sslmode=verify-full&sslrootcert=/ca.pem&unix_socket=/x', 'always', 'identity'],
  // PyMySQL does not know libpq's key host.
  ['mysql://u@h/trove?host=/run/mysqld&ssl_ca=/ca.pem', 'always', 'identity'],
]

describe('the encryption that a URL requires', () => {
  for (const [url, use, verify] of encryption)
    test(`${url}: ${use}, ${verify} verified`, () => {
      const { tls } = parseDatabaseUrl(url).url
      assert.deepEqual([tls.use, tls.verify], [use, verify])
    })
})
