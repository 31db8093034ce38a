import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'

const mebibyte = 1024 * 1024

/** The maximum size of each kind of file, many times what the largest installations need. */
export const fileBytesMax = {
  settings: mebibyte,
  policies: mebibyte,
  certificates: mebibyte,
  flavors: 8 * mebibyte,
  users: 16 * mebibyte,
  datastores: 64 * mebibyte,
  templates: 2 * mebibyte,
  plans: 128 * mebibyte,
} as const

/**
 * Reads a text file that an operator has named. Throws an Error, whose message is meant to follow a colon, if the file
 * is too large or not a regular file: reading a pipe, a device or a socket may never end. Links are followed, because
 * the operator made them.
 */
export function readPlainFile(file: string, bytesMax: number): string {
  // Without O_NONBLOCK, opening a pipe blocks the whole process until another process opens its other end.
  const descriptor = openPlain(file)
  try {
    const stat = fstatSync(descriptor)
    if (!stat.isFile()) throw new Error(notRegularWords(stat))
    if (stat.size > bytesMax) throw tooLarge(stat.size, bytesMax)
    // Leave some room, because the file may grow while it is read.
    const buffer = Buffer.allocUnsafe(Math.min(stat.size + 4096, bytesMax + 1))
    let length = 0
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, null)
      length += count
      if (count === 0) return buffer.toString('utf8', 0, length)
      if (length === buffer.length)
        throw length > bytesMax ? tooLarge(length, bytesMax) : new Error('it is being changed by another program')
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
      throw new Error('it is a socket or a device, not a regular file', { cause })
    throw cause
  }
}

const notRegularWords = (stat: Stats): string =>
  stat.isDirectory() ? 'it is a folder' : `it is a ${stat.isFIFO() ? 'pipe' : 'device'}, not a regular file`

const inMebibytes = (bytes: number) => `${Math.ceil((bytes / mebibyte) * 10) / 10} MiB`

const tooLarge = (bytes: number, bytesMax: number) =>
  new Error(`it is ${inMebibytes(bytes)} large; at most ${inMebibytes(bytesMax)} is allowed`)
