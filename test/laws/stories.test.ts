import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { notOffered, routes } from '../../src/api/routes.ts'
import { routeFor } from '../stories/answer-schema.ts'
import { loadStories } from '../stories/load-stories.ts'
import { holds } from './tree.ts'

type Row = Readonly<{ method: string; path: string }>
type Step = Readonly<{ method: string; path: string; status: number }>

const shown = ({ method, path }: Row) => `${method} ${path}`
const segments = (path: string) => path.split('/').slice(1)
const fits = (pattern: string, path: string) => {
  const parts = segments(path)
  return segments(pattern).every((part, index) => (part.startsWith(':') ? parts[index] : parts[index] === part))
}
/** Routes without a successful request in a story, and unsupported paths without a 501 in a story. */
function uncovered(rows: readonly Row[], prefixes: readonly string[], steps: readonly Step[]): string[] {
  const below = steps
    .filter(({ path }) => /^\/v1\.0\/[^/]+\//.test(path))
    .map(step => ({ ...step, path: step.path.replace(/^\/v1\.0\/[^/]+/, '').replace(/\?.*/, '') }))
  const successfulRows = new Set(
    below.filter(step => step.status < 400).map(step => routeFor(step.method, step.path, rows)),
  )
  const refused = below.filter(step => step.status === 501 && !routeFor(step.method, step.path, rows))
  return [
    ...rows
      .filter(row => !successfulRows.has(row))
      .map(row => `No story has a successful request to ${shown(row)}: add a step to a file in test/stories/.`),
    ...prefixes
      .filter(prefix => !refused.some(({ path }) => fits(prefix, path)))
      .map(prefix => `No story shows that ${prefix} is not supported: add a step with status 501 to test/stories/.`),
  ]
}

test('each route, and each unsupported path, appears in a story', () =>
  holds(
    uncovered(
      routes,
      Object.keys(notOffered),
      loadStories().flatMap(({ steps }) => steps),
    ),
  ))

test('a route without a story is found', () => {
  const steps = [
    { method: 'GET', path: '/v1.0/$PROJECT/a/b?x=1', status: 200 },
    { method: 'GET', path: '/v1.0/$PROJECT/c/$ID', status: 404 },
    { method: 'PUT', path: '/v1.0/$PROJECT/d/1/more', status: 501 },
    { method: 'GET', path: '/a/b', status: 200 },
  ]
  deepEqual(
    uncovered(
      ['/a/:id', '/a/b', '/c/:id'].map(path => ({ method: 'GET', path })),
      ['/d', '/e'],
      steps,
    ).map(each => /(GET )?\/[a-e]\S*/.exec(each)![0]),
    ['GET /a/:id:', 'GET /c/:id:', '/e'],
  )
})
