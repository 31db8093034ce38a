import { existsSync, globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Fault } from '../model/fault.ts'
import type { BuiltConsole, ConsoleFile, LoadConsole } from '../ports/console.ts'
import { buildConsole, type OutputFile } from './build-console.ts'

const root = join(import.meta.dirname, '../..')
const sources = join(root, 'console')
const published = join(root, 'dist/console')

/**
 * Loads the console: in the published package the built one, in a checkout one that is built from its sources at the first
 * request, so that it is never out of date. Builds once, and again only after a failure.
 */
export function openConsole(): LoadConsole {
  let loading: Promise<BuiltConsole> | undefined
  return () => {
    loading ??= load().catch(error => {
      loading = undefined
      throw error
    })
    return loading
  }
}

async function load(): Promise<BuiltConsole> {
  const outputs = existsSync(sources) ? await buildOrSay() : await readPublished()
  const files = new Map(await Promise.all(outputs.map(fileOf)))
  const named = (pattern: RegExp) => {
    const path = [...files.keys()].find(path => pattern.test(path))
    if (path === undefined) throw new Error(`the console has no file that matches ${pattern}`)
    return path
  }
  return {
    files,
    script: named(/^assets\/main-\w+\.js$/),
    style: named(/^assets\/main-\w+\.css$/),
    icon: named(/^assets\/icon-\w+\.svg$/),
  }
}

async function buildOrSay(): Promise<readonly OutputFile[]> {
  try {
    return await buildConsole(sources)
  } catch (cause) {
    const message =
      'The console cannot be built. Run `npm ci` without `--omit=dev` in the folder of trove-ts, and reload this page.'
    throw new Fault(message, { status: 503, cause })
  }
}

const readPublished = () =>
  Promise.all(
    globSync('assets/*', { cwd: published }).map(async path => ({
      path,
      bytes: await readFile(join(published, path)),
    })),
  )

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

async function fileOf({ path, bytes }: OutputFile): Promise<[path: string, file: ConsoleFile]> {
  const type = types[extname(path)] ?? 'application/octet-stream'
  return [path, { type, bytes: Buffer.from(bytes), gzipped: await promisify(gzip)(bytes) }]
}
