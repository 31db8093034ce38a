import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Refused } from '../model/refused.ts'
import { identityRefusal } from './access/refusals.ts'
import { catalogueRefusal } from './datastore-catalogue/refusals.ts'
import { gateRefusal } from './gate/refusals.ts'
import { refusal } from './refusals.ts'

/** The statuses other than 400, which Trove uses for most refusals. */
const statuses: Readonly<Record<string, number>> = {
  admin_required: 401,
  project_mismatch: 403,
  project_missing: 403,
  policy_forbids: 403,
  project_forbidden: 403,
  route_not_found: 404,
  identity_user_not_found: 404,
  project_not_found: 404,
  datastore_not_found: 404,
  datastore_version_not_below: 404,
  datastore_version_unknown: 404,
  instance_not_found: 404,
  quota_resource_unknown: 404,
  database_not_found: 404,
  user_not_found: 404,
  version_not_acceptable: 406,
  request_too_slow: 408,
  identity_user_exists: 409,
  project_exists: 409,
  values_collide: 409,
  body_too_large: 413,
  quota_exceeded: 413,
  volume_too_large: 413,
  url_too_long: 414,
  unsupported_media_type: 415,
  content_encoding_unsupported: 415,
  expectation_unknown: 417,
  catalogue_rows_collide: 409,
  instance_managed_elsewhere: 422,
  instances_created_elsewhere: 422,
  instance_unavailable: 422,
  instance_not_ready: 422,
  head_too_large: 431,
  not_offered: 501,
  decision_for_others_forbidden: 403,
  decision_not_found: 404,
  project_has_instances: 409,
  instance_in_cluster: 501,
  upgrade_across_images: 501,
  local_storage_unsupported: 501,
}

const everyRefusal = { ...refusal, ...identityRefusal, ...catalogueRefusal, ...gateRefusal }

/** A value for every fact that a message may contain. */
const alternatives = { one: 'sample', many: 'samples', all: [] }
const facts = new Proxy({ alternatives }, { get: (all, name) => (name in all ? alternatives : ['sample']) })

describe('each refusal has the status that clients expect', () => {
  for (const [code, refuse] of Object.entries(everyRefusal)) {
    const status = statuses[code] ?? 400
    test(`${code}: ${status}`, () => assert.equal((refuse as (facts: object) => Refused)(facts).status, status))
  }

  test('the table contains no other refusals', () =>
    assert.deepEqual(
      Object.keys(statuses).filter(code => !(code in everyRefusal)),
      [],
    ))
})
