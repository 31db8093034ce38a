import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProjectRole, roleWord } from './project-roles.ts'

test('member and admin are the only roles in a project', () =>
  assert.deepEqual(['member', 'admin', 'reader', 'toString'].map(isProjectRole), [true, true, false, false]))

test('an admin is shown as admin, other users by their first role, and users without a role as nothing', () =>
  assert.deepEqual([['member', 'admin'], ['reader', 'member'], []].map(roleWord), ['admin', 'reader', 'nothing']))
