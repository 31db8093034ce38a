type Entry = Readonly<{ path: string; mode: number; content: Buffer }>

const directory = 0o040755
const program = 0o100755

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])

/** One entry in the "newc" format of the kernel's Documentation/driver-api/early-userspace/buffer-format.rst. */
function entryBytes({ path, mode, content }: Entry, inode: number): Buffer {
  const name = Buffer.from(`${path}\0`)
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0]
  const header = `070701${fields.map(field => field.toString(16).padStart(8, '0')).join('')}`
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(content)])
}

/** An archive that Linux unpacks as its first file system: executable files, and the folders they are in. */
export function cpioArchive(files: Readonly<Record<string, Buffer>>, emptyFolders: readonly string[]): Buffer {
  const parents = Object.keys(files).flatMap(path =>
    path.split('/').map((_, end, steps) => steps.slice(0, end).join('/')),
  )
  const folders = [...new Set([...parents, ...emptyFolders])].filter(path => path !== '').sort()
  const entries = [
    ...folders.map(path => ({ path, mode: directory, content: Buffer.alloc(0) })),
    ...Object.entries(files).map(([path, content]) => ({ path, mode: program, content })),
    { path: 'TRAILER!!!', mode: 0, content: Buffer.alloc(0) },
  ]
  return Buffer.concat(entries.map((entry, index) => entryBytes(entry, index + 1)))
}
