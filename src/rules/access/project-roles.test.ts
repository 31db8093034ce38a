import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProjectRole, roleWord } from './project-roles.ts'

test('member and admin are roles in a project, and nothing else is', () =>
  assert.deepEqual(['member', 'admin', 'reader', 'toString'].map(isProjectRole), [true, true, false, false]))

test('an admin is told as one, anybody else by the first role, and somebody without a role by nothing', () =>
  assert.deepEqual([['member', 'admin'], ['reader', 'member'], []].map(roleWord), ['admin', 'reader', 'nothing']))
