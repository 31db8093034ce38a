import { X509Certificate } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, getCACertificates, type SecureContextOptions } from 'node:tls'
import { fileProblem } from '../model/file-problem.ts'
import { fileBytesMax, readPlainFile } from '../yaml-file/plain-file.ts'
import type { Tls, TlsFile } from './tls.ts'

/** Reads the files that a URL names. Throws an Error about an unusable one; the message has no full stop. */
export function readTls(tls: Tls): SecureContextOptions {
  if (tls.use === 'never') return {}
  const { authorities, authoritiesFolder, certificate, certificateKey, ciphers } = tls
  const ca = [
    ...(authorities ? [certificateIn(authorities)] : []),
    ...(authoritiesFolder ? certificatesIn(authoritiesFolder) : []),
  ]
  const options: SecureContextOptions = {
    ...(ca.length > 0 ? { ca } : tls.verify === 'nothing' ? {} : { ca: getCACertificates('system') }),
    ...(certificate ? { cert: certificateIn(certificate) } : {}),
    ...(certificate ? { key: textIn(certificateKey ?? certificate) } : {}),
    ...(ciphers === undefined ? {} : { ciphers }),
  }
  if (!certificate && ciphers === undefined) return options
  try {
    createSecureContext(options)
  } catch (error) {
    const key = certificate ? (certificateKey ?? certificate).key : 'ssl_cipher'
    throw new Error(`${key}: this value cannot be used: ${fileProblem(error)}`, { cause: error })
  }
  return options
}

function textIn({ key, path }: TlsFile): string {
  try {
    return readPlainFile(path, fileBytesMax.certificates)
  } catch (error) {
    throw new Error(`${key}: ${path} cannot be read: ${fileProblem(error)}`, { cause: error })
  }
}

function certificateIn(file: TlsFile): string {
  const text = textIn(file)
  if (isCertificate(text)) return text
  throw new Error(`${file.key}: ${file.path} contains no certificate (PEM)`)
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).subject !== undefined
  } catch {
    return false
  }
}

/** Reads every certificate of a folder, whatever its file name. */
function certificatesIn({ key, path }: TlsFile): string[] {
  let names: string[]
  try {
    names = readdirSync(path, { withFileTypes: true })
      .filter(entry => !entry.isDirectory())
      .map(({ name }) => name)
  } catch (error) {
    throw new Error(`${key}: ${path} cannot be read: ${fileProblem(error)}`, { cause: error })
  }
  const certificates = names.map(name => textIn({ key, path: join(path, name) })).filter(isCertificate)
  if (certificates.length === 0) throw new Error(`${key}: ${path} contains no certificate (PEM)`)
  return certificates
}
