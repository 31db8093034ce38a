import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** What Debian's kernel has as modules: the disk, the shared folders, the channels to us, and what systemd asks for. */
const needed = [
  ...['virtio_pci', 'virtio_blk', 'crc32c_generic', 'ext4', '9pnet_virtio', '9p', 'virtio_console', 'virtio_rng'],
  ...['autofs4'],
]

const moduleName = (path: string) => basename(path, '.ko').replaceAll('-', '_')

/** The module files, those that others depend on first: insmod asks for that order. */
export function modulesInOrder(modulesFolder: string): Readonly<Record<string, Buffer>> {
  const files = new Map(
    globSync('kernel/**/*.ko', { cwd: modulesFolder }).map(path => [moduleName(path), join(modulesFolder, path)]),
  )
  const inOrder: Record<string, Buffer> = {}
  const add = (name: string) => {
    // JavaScript would put a key of digits first, so the names have a suffix.
    if (inOrder[`${name}.ko`]) return
    const file = files.get(name)
    if (file === undefined) throw new Error(`${modulesFolder} has no ${name}.ko`)
    const content = readFileSync(file)
    for (const dependency of dependenciesOf(content)) add(dependency)
    inOrder[`${name}.ko`] = content
  }
  for (const name of needed) add(name)
  return inOrder
}

/** As the module itself says it, in its section .modinfo. */
function dependenciesOf(content: Buffer): string[] {
  const start = content.indexOf('\0depends=') + '\0depends='.length
  const list = content.toString('latin1', start, content.indexOf(0, start))
  return list === '' ? [] : list.split(',').map(name => name.replaceAll('-', '_'))
}
