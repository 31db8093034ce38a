import assert from 'node:assert/strict'
import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { openCatalogue } from '../flavor-catalogue/catalogue.ts'
import { openDirectory } from '../identity/embedded/directory-file.ts'
import { openPolicies } from './policy-files.ts'
import { openSecretKeys } from './secret-key-file.ts'

/** Every file that is read again when it changes: a text of it with a letter, and how a running process reads that letter. */
const files: Readonly<
  Record<string, { textOf: (letter: string) => string; open: (file: string) => () => string | Promise<string> }>
> = {
  'the flavors file': {
    textOf: letter => `flavors: [ { id: '1', name: ${letter}, vcpus: 1, ram: 512 } ]\n`,
    open(file) {
      const catalogue = openCatalogue(file, assert.fail)
      return async () => (await catalogue.read()).flavors[0]!.name
    },
  },
  'the identity file': {
    textOf: letter => JSON.stringify({ signing_key: letter, users: [], projects: [], assignments: [] }),
    open(file) {
      const directory = openDirectory(file)
      return () => directory().signing_key
    },
  },
  'the access policies': {
    textOf: letter => `"flavor:index": "role:${letter}"\n`,
    open(file) {
      const places = { places: [], dataDir: tmpdir(), policyFile: file, policyDirs: [], adminRoles: ['admin'] }
      const policies = openPolicies(places, assert.fail)
      return () => policies().get('flavor:index')!.text.replace('role:', '')
    },
  },
  'the secret key': {
    textOf: letter => `${Buffer.alloc(32, letter).toString('base64')}\n`,
    open(file) {
      const keys = openSecretKeys(file)
      return () => keys()[0].toString('utf8', 0, 1)
    },
  },
}

const noon = new Date('2001-01-01T12:00:00Z')

/** How tools put another file in the place of one. The new text is in `other`, and has the same size and time. */
const replacements: Readonly<Record<string, (file: string, other: string) => void>> = {
  'renamed over it, as by mv and most editors': (file, other) => renameSync(other, file),
  'copied into it with its time, as by cp -p'(file, other) {
    copyFileSync(other, file)
    utimesSync(file, noon, noon)
  },
  'linked in its place, as by ln -f'(file, other) {
    rmSync(file)
    linkSync(other, file)
  },
  'named by a new symbolic link, as Kubernetes does'(file, other) {
    symlinkSync(other, `${file}.link`)
    renameSync(`${file}.link`, file)
  },
  'unpacked after the old one was deleted, as by tar'(file, other) {
    rmSync(file)
    copyFileSync(other, file)
    utimesSync(file, noon, noon)
  },
}

describe('a file of the same size and time', { concurrency: 8 }, () => {
  for (const [what, { textOf, open }] of Object.entries(files))
    for (const [how, replace] of Object.entries(replacements))
      test(`in place of ${what} is noticed: ${how}`, async t => {
        const folder = mkdtempSync(join(tmpdir(), 'trove-ts-replaced-'))
        t.after(() => rmSync(folder, { recursive: true }))
        const [file, other] = [join(folder, 'file'), join(folder, 'other')]
        for (const [path, letter] of [
          [file, 'a'],
          [other, 'b'],
        ] as const) {
          writeFileSync(path, textOf(letter), { mode: 0o600 })
          utimesSync(path, noon, noon)
        }
        const read = open(file)
        assert.equal(await read(), 'a')
        const before = statSync(file)
        // The clock of a file system has ticks of some milliseconds.
        await setTimeout(30)
        replace(file, other)
        const after = statSync(file)
        assert.deepEqual([after.size, after.mtimeMs], [before.size, before.mtimeMs])
        assert.equal(await read(), 'b')
      })
})
