import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { atEndOfTurn, beginRequest, endTurn, oncePerTurn, openTurn } from './turn.ts'

const nextTurn = () => new Promise(setImmediate)

describe('what requests of a turn share', () => {
  let lookedUp = 0
  const lookUp = oncePerTurn(() => ++lookedUp)
  beforeEach(async () => {
    await nextTurn()
    endTurn()
    lookedUp = 0
  })

  test('requests that arrive together look up once', () => {
    beginRequest()
    lookUp()
    beginRequest()
    assert.equal(lookUp(), 1)
  })

  test('requests of the next turn look up again', async () => {
    beginRequest()
    lookUp()
    await nextTurn()
    beginRequest()
    assert.equal(lookUp(), 2)
  })

  test('without a request nothing is shared, and a request does not share what was looked up before it arrived', () => {
    lookUp()
    assert.equal(lookUp(), 2)
    beginRequest()
    assert.equal(lookUp(), 3)
    assert.equal(lookUp(), 3)
  })

  test('after the end of a turn that a request has caused, everything is looked up again', () => {
    beginRequest()
    lookUp()
    endTurn()
    assert.equal(lookUp(), 2)
  })

  test('after as many requests as Node may have asked the system for, everything is looked up again', () => {
    for (let n = 0; n < 300; n++) {
      beginRequest()
      lookUp()
    }
    assert.equal(lookedUp, 2)
  })

  test('an error is not shared', () => {
    const failing = oncePerTurn(() => {
      throw new Error(`failed ${++lookedUp}`)
    })
    beginRequest()
    assert.throws(failing, /failed 1/)
    assert.throws(failing, /failed 2/)
  })

  test('work at the end of a turn is done once', async () => {
    const done: string[] = []
    beginRequest()
    atEndOfTurn(() => done.push('a'))
    assert.deepEqual(done, [])
    await nextTurn()
    await nextTurn()
    assert.deepEqual(done, ['a'])
    assert.equal(openTurn(), undefined)
  })
})
