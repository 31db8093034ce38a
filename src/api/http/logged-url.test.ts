import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loggedUrl } from './logged-url.ts'

const urls: [url: string, logged: string][] = [
  ['/v1.0/p/flavors', '/v1.0/p/flavors'],
  ['/v1.0/p/instances?limit=2&marker=i1&project_id=p', '/v1.0/p/instances?limit=2&marker=i1&project_id=p'],
  ['/v1.0/p/compliance?kind=gone&version=8.0', '/v1.0/p/compliance?kind=gone&version=8.0'],
  ['/v1.0/p/flavors?verdicts=true&token=gAAAAAB', '/v1.0/p/flavors?verdicts=true&token=***'],
  ['/?a=1&limit=2&password=x=y&b', '/?a=***&limit=2&password=***&b'],
  ['/?tok%65n=x&Limit=x&=x&limit%00=x', '/?tok%65n=***&Limit=***&=***&limit%00=***'],
  ['/v1.0/p/flavors#token=x', '/v1.0/p/flavors#***'],
  ['/?limit=2#token=x?limit=3', '/?limit=2#***'],
  ['/a&b=c', '/a&b=c'],
  ['/?', '/?'],
]

for (const [url, logged] of urls) test(`${url} is logged as ${logged}`, () => assert.equal(loggedUrl(url), logged))
