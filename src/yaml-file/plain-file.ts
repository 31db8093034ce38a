import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'

const mebibyte = 1024 * 1024

/** The largest file of each kind that is read. Each is many times what the largest installations have. */
export const fileBytesMax = {
  settings: mebibyte,
  policies: mebibyte,
  certificates: mebibyte,
  flavors: 8 * mebibyte,
  users: 16 * mebibyte,
  datastores: 64 * mebibyte,
} as const

/**
 * Reads a text file that an operator names. Throws an Error whose message follows a colon: it is no file but a pipe, a device or
 * a socket, whose end would be waited for, or it is too large. Links are followed; the operator made them.
 */
export function readPlainFile(file: string, bytesMax: number): string {
  // Without O_NONBLOCK, a pipe is opened when somebody opens its other end, and all of the process waits until then.
  const descriptor = openPlain(file)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new Error(notPlain(stat))
    if (stat.size > bytesMax) throw tooLarge(stat.size, bytesMax)
    // It may grow while it is read.
    const buffer = Buffer.allocUnsafe(Math.min(stat.size + 4096, bytesMax + 1))
    let length = 0
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null)
      length += count
      if (count === 0) return buffer.toString('utf8', 0, length)
      if (length === buffer.length)
        throw length > bytesMax ? tooLarge(length, bytesMax) : new Error('it is being written')
    }
  } finally {
    closeSync(descriptor)
  }
}

function openPlain(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENXIO')
      throw new Error('it is a socket or a device, and must be a file', { cause })
    throw cause
  }
}

const notPlain = (stat: Stats): string =>
  stat.isDirectory() ? 'it is a folder' : `it is a ${stat.isFIFO() ? 'pipe' : 'device'}, and must be a file`

const inMebibytes = (bytes: number) => `${Math.ceil((bytes / mebibyte) * 10) / 10} MiB`

const tooLarge = (bytes: number, bytesMax: number) =>
  new Error(`it has ${inMebibytes(bytes)}, and may have ${inMebibytes(bytesMax)}: take out what is not needed`)
