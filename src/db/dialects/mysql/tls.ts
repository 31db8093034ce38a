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
 * As SQLAlchemy 1.4 hands it to PyMySQL 1.0 (sqlalchemy dialects/mysql/mysqldb.py:250, pymysql connections.py:266 and
 * :362). They drop `ssl_ca` when `ssl_verify_…` is given as well, and then check less than was asked for; here what is
 * asked for is checked.
 */
export function tlsOf(query: Readonly<Record<string, string>>): Tls {
  requireKnown(query, known, { ssl: 'name ssl_ca, or say ssl_verify_cert=true' })
  const said = known.filter(key => query[key] !== undefined)
  if (said.length === 0 || flag(query, 'ssl_disabled')) return noTls
  const authorities = fileOf(query, 'ssl_ca')
  const authoritiesFolder = fileOf(query, 'ssl_capath')
  const certificate = fileOf(query, 'ssl_cert')
  const certificateKey = fileOf(query, 'ssl_key')
  if (certificateKey && !certificate) throw new Error("'ssl_key' is of no use without 'ssl_cert'")
  const namesAuthority = authorities !== undefined || authoritiesFolder !== undefined
  const verifiesCertificate = flag(query, 'ssl_verify_cert')
  const verifiesIdentity = flag(query, 'ssl_verify_identity')
  const isPlain = verifiesCertificate === undefined && verifiesIdentity === undefined
  const isForHost = flag(query, 'ssl_check_hostname') ?? verifiesIdentity ?? (isPlain && namesAuthority)
  const isVouchedFor = isForHost || (verifiesCertificate ?? namesAuthority)
  return {
    use: 'always',
    verify: isForHost ? 'identity' : isVouchedFor ? 'authority' : 'nothing',
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
