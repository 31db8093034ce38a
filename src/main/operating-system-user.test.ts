import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { personBehind } from './operating-system-user.ts'

describe('the author of a change on the command line is', () => {
  const rows: [what: string, name: string, uid: number | undefined, sudoUser: string | undefined, author: string][] = [
    ['the user', 'alice', 1000, undefined, 'alice'],
    ['root, without sudo', 'root', 0, undefined, 'root'],
    ['the user who called sudo, for root', 'root', 0, 'alice', 'alice'],
    ['the user, who can set the variable to any name', 'alice', 1000, 'bob', 'alice'],
    ['root, if the variable is empty', 'root', 0, '', 'root'],
    ['root, if the variable is no name', 'root', 0, 'alice\nbob', 'root'],
    ['the user, where users have no numbers', 'alice', undefined, 'bob', 'alice'],
  ]
  for (const [what, name, uid, sudoUser, author] of rows)
    test(what, () => assert.equal(personBehind(name, uid, sudoUser), author))
})
