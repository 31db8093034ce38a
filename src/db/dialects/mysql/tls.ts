import { fileOf, noTls, requireKnown, type Tls } from '../../tls.ts'

const known = [
  'ssl_ca',
  'ssl_capath',
  'ssl_cert',
  'ssl_key',
  'ssl_cipher',
  'ssl_check_hostname',
  'ssl_verify_cert',
  'ssl_verify_identity',
  'ssl_disabled',
]

/**
 * Reads the options that SQLAlchemy 1.4 passes to PyMySQL 1.0 (sqlalchemy dialects/mysql/mysqldb.py:250, pymysql
 * connections.py:266 and :362). Those two ignore `ssl_ca` if `ssl_verify_…` is present, and then check less than the URL
 * requires. Here everything that the URL requires is checked.
 */
export function tlsOf(query: Readonly<Record<string, string>>): Tls {
  requireKnown(query, known, { ssl: 'use ssl_ca or ssl_verify_cert=true' })
  const hasOptions = known.some(key => query[key] !== undefined)
  if (!hasOptions || flag(query, 'ssl_disabled')) return noTls
  const authorities = fileOf(query, 'ssl_ca')
  const authoritiesFolder = fileOf(query, 'ssl_capath')
  const certificate = fileOf(query, 'ssl_cert')
  const certificateKey = fileOf(query, 'ssl_key')
  if (certificateKey && !certificate) throw new Error("'ssl_key' requires 'ssl_cert'")
  const namesAuthority = authorities !== undefined || authoritiesFolder !== undefined
  const verifiesCertificate = flag(query, 'ssl_verify_cert')
  const verifiesIdentity = flag(query, 'ssl_verify_identity')
  const isPlain = verifiesCertificate === undefined && verifiesIdentity === undefined
  const isForHost = flag(query, 'ssl_check_hostname') ?? verifiesIdentity ?? (isPlain && namesAuthority)
  const isVerified = isForHost || (verifiesCertificate ?? namesAuthority)
  return {
    use: 'always',
    verify: isForHost ? 'identity' : isVerified ? 'authority' : 'nothing',
    ...(authorities ? { authorities } : {}),
    ...(authoritiesFolder ? { authoritiesFolder } : {}),
    ...(certificate ? { certificate } : {}),
    ...(certificateKey ? { certificateKey } : {}),
    ...(query.ssl_cipher ? { ciphers: query.ssl_cipher } : {}),
  }
}

function flag(query: Readonly<Record<string, string>>, key: string): boolean | undefined {
  const text = query[key]?.toLowerCase()
  if (text === undefined) return undefined
  if (['true', 'yes', 'on', 'y', 't', '1', 'required'].includes(text)) return true
  if (['false', 'no', 'off', 'n', 'f', '0', 'none'].includes(text)) return false
  throw new Error(`'${key}' must be true or false`)
}
