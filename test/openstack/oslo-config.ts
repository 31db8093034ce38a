import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadConfig } from '../../src/config/config.ts'
import type { ConfigPlace } from '../../src/config/config-files.ts'
import type { Option } from '../../src/config/option.ts'
import { options } from '../../src/config/options.ts'

/** Files, and the command line that names them: `trove.conf` is `--config-file trove.conf`, `conf.d/` is `--config-dir conf.d`. */
export type Shape = Readonly<{
  files: Readonly<Record<string, string | Buffer>>
  line: string
  environment?: Readonly<Record<string, string>>
}>

export const shapeOf = (shape: string | Shape): Shape =>
  typeof shape === 'string' ? { files: { 'trove.conf': shape }, line: 'trove.conf' } : shape

/** Each option with its value, or the error. */
export type Outcome = Record<string, unknown> | string

/** Reads each shape with the real oslo.config, which gets our options, and prints the values of each; or the error. */
const script = `
import json, os, sys
from oslo_config import cfg
asked = json.load(sys.stdin)
kinds = {'text': cfg.StrOpt, 'whole number': cfg.IntOpt, 'flag': cfg.BoolOpt, 'list': cfg.ListOpt, 'several': cfg.MultiStrOpt}
def register(conf):
    for o in asked['options'].values():
        more = {}
        if o.get('choices'): more['choices'] = o['choices']
        if o.get('min') is not None: more['min'] = o['min']
        if o.get('max') is not None: more['max'] = o['max']
        old = [cfg.DeprecatedOpt(k, group=s) for s, k in o.get('formerly', [])]
        default = o.get('fallback')
        if default is not None and o['kind'] == 'list': default = default.split(',') if default else []
        if default is not None and o['kind'] == 'several': default = [default]
        if default is not None and o['kind'] == 'flag': default = default == 'true'
        if default is not None and o['kind'] == 'whole number': default = int(default)
        opt = kinds[o['kind']](o['key'], default=default, deprecated_opts=old, **more)
        conf.register_opt(opt, group=None if o['section'] == 'DEFAULT' else o['section'])
def read(case):
    os.environ.update(case['environment'])
    try:
        conf = cfg.ConfigOpts()
        register(conf)
        conf(case['args'], project='trove', default_config_files=[], default_config_dirs=[])
        return {name: getattr(conf if o['section'] == 'DEFAULT' else conf[o['section']], o['key'])
                for name, o in asked['options'].items()}
    except Exception as error:
        return repr(error)
    finally:
        for name in case['environment']: del os.environ[name]
print(json.dumps([read(case) for case in asked['cases']]))
`

/** Without those whose default is a folder of ours. */
const shared = Object.fromEntries(
  Object.entries<Option>(options).filter(([, { fallback }]) => !fallback?.includes('{data_dir}')),
)

/** Runs a script with the Python of the OpenStack packages, and parses what it prints. */
export function python(script: string, input: unknown): unknown {
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }
  const command = ['-W', 'ignore', '-c', script]
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', command, { input: JSON.stringify(input), env })
  assert.equal(status, 0, String(stderr))
  return JSON.parse(String(stdout))
}

/** What the real oslo.config and what we make of each shape. */
export function readBoth(folder: string, shapes: readonly Shape[]): { oslo: Outcome; ours: Outcome }[] {
  const placed = shapes.map(({ files, line, environment = {} }, index) => {
    const at = (name: string) => join(folder, String(index), name)
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(at(name)), { recursive: true })
      writeFileSync(at(name), content)
    }
    const places = line
      .split(' ')
      .map((name): ConfigPlace => (name.endsWith('/') ? { folder: at(name.slice(0, -1)) } : { file: at(name) }))
    return { places, environment }
  })
  const cases = placed.map(({ places, environment }) => ({
    environment,
    args: places.flatMap(place => ('file' in place ? ['--config-file', place.file] : ['--config-dir', place.folder])),
  }))
  const outcomes = python(script, { cases, options: shared }) as Outcome[]
  const both = placed.map((each, index) => ({ oslo: outcomes[index]!, ours: readOurs(each.places, each.environment) }))
  rmSync(folder, { recursive: true })
  return both
}

function readOurs(places: readonly ConfigPlace[], environment: Readonly<Record<string, string>>): Outcome {
  try {
    const config = loadConfig({ places }, environment) as unknown as Record<string, unknown>
    return Object.fromEntries(Object.keys(shared).map(name => [name, config[name] ?? null]))
  } catch (error) {
    return String(error)
  }
}
