import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import {
  isBindingElement,
  isParameterDeclaration,
  isPropertyAssignment,
  isPropertySignatureDeclaration,
  isShorthandPropertyAssignment,
  type Node,
} from 'typescript/unstable/ast'
import { importsOf, nodesOf } from './syntax.ts'
import { holds, type Text, targetOf, texts } from './tree.ts'

/**
 * What tests with a real OpenStack may import of our own code: what they compare with OpenStack's libraries, and the list of
 * processes. Everything else runs in a process of its own, started from `bin/`.
 */
const importable = /^src\/(?:config\/|model\/|rules\/|compute\/local\/host\/processes\.ts$)/

/** Stand-ins, and servers in the test's own process. */
const standIns = /^test\/(?:outside|fixtures|stories|engines)\/|^test\/world(?:-files)?\.ts$/

/** The names by which a test could hand in what our programs must find in the real services. */
const handedIn = ['images', 'ports', 'compute', 'volumeTypeSource', 'flavorSource']

const nameOf = (node: Node): string | undefined =>
  isPropertyAssignment(node) ||
  isShorthandPropertyAssignment(node) ||
  isPropertySignatureDeclaration(node) ||
  isBindingElement(node) ||
  isParameterDeclaration(node)
    ? node.name?.getText().replaceAll(/['"]/g, '')
    : undefined

function handInViolations(files: readonly Text[]): string[] {
  return files.flatMap(({ path, text }) => [
    ...importsOf(text).flatMap(anImport => {
      const target = targetOf(path, anImport) ?? ''
      const isForbidden = (target.startsWith('src/') && !importable.test(target)) || standIns.test(target)
      return isForbidden
        ? [`${path} imports ${target}: start our program from bin/ (our-server.ts), beside the real services.`]
        : []
    }),
    ...nodesOf(text).flatMap(node => {
      const name = nameOf(node)
      return name !== undefined && handedIn.includes(name)
        ? [`${path} hands in '${name}': put it into the real service, where our program must find it.`]
        : []
    }),
  ])
}

test('tests with a real OpenStack hand in nothing that our programs must find', () => {
  const files = texts('test/openstack/**/*.ts')
  deepEqual(files.length > 20, true)
  holds(handInViolations(files))
})

test('an image that is handed in, a port that is replaced, and a stand-in are found', () => {
  const planted = [
    { path: 'test/openstack/a.ts', text: "import { startWorld } from '../world.ts'" },
    { path: 'test/openstack/b.ts', text: "import type { Ports } from '../../src/ports/ports.ts'" },
    { path: 'test/openstack/c.ts', text: "const { startFakeGlance } = await import('../outside/glance.ts')" },
    { path: 'test/openstack/d.ts', text: 'start({ ports: { clock } })' },
    { path: 'test/openstack/e.ts', text: 'const images = []\nstart({ images })' },
    { path: 'test/openstack/f.ts', text: 'function start({ images = [] }) {}' },
    { path: 'test/openstack/g.ts', text: "import { options } from '../../src/config/options.ts'\nask('/v2/images')" },
  ]
  const found = handInViolations(planted).map(violation => violation.split(' ', 1)[0]!.at(-4))
  deepEqual([...new Set(found)], ['a', 'b', 'c', 'd', 'e', 'f'])
})
