import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { flavorWith as flavor } from '../../test/fixtures/flavor.ts'
import { byId, bySize, type Flavor, flavorIdFromRef, isVisibleTo } from './flavor.ts'

describe('the flavor id in a flavorRef', () => {
  const rows: [ref: string | number, id: string | undefined][] = [
    ['1', '1'],
    [1, '1'],
    [0, '0'],
    ['01', '01'],
    ['9007199254740993', '9007199254740993'],
    ['0e7b2d1c-9c1f-4f7e-8a5f-1c2d3e4f5a6b', '0e7b2d1c-9c1f-4f7e-8a5f-1c2d3e4f5a6b'],
    ['m1 large', 'm1 large'],
    ['m1?large', 'm1?large'],
    ['http://127.0.0.1:8779/v1.0/admin/flavors/1', '1'],
    ['https://trove.example.org/flavors/m1.large', 'm1.large'],
    ['/v1.0/admin/flavors/7', '7'],
    ['flavors/7', '7'],
    ['http://h/flavors/7?fields=name', '7'],
    ['http://h/flavors/7#name', '7'],
    ['http://h/flavors/7?next=/flavors/8', '7'],
    ['http://h/flavors/', undefined],
    ['/', undefined],
    ['', undefined],
  ]
  for (const [ref, id] of rows) test(`${JSON.stringify(ref)} → ${id}`, () => assert.equal(flavorIdFromRef(ref), id))
})

describe('a flavor is visible to', () => {
  const rows: [guarantee: string, facts: Partial<Flavor>, visible: boolean][] = [
    ['every project if it is public', { isPublic: true }, true],
    ['every project if it is public, whatever its list of projects', { isPublic: true, projects: ['another'] }, true],
    ['a project in the list of a private one', { isPublic: false, projects: ['another', 'ours'] }, true],
    ['no project outside the list of a private one', { isPublic: false, projects: ['another'] }, false],
    ['no project if the list of a private one is empty', { isPublic: false, projects: [] }, false],
  ]
  for (const [guarantee, facts, visible] of rows)
    test(guarantee, () => assert.equal(isVisibleTo(flavor(facts), 'ours'), visible))
})

describe('the order of flavors', () => {
  const idsOf = (flavors: Flavor[]) => flavors.map(({ id }) => id)

  test('by id compares texts, as Nova does', () => {
    const flavors = ['2', '10', 'm1', 'M1', '1'].map(id => flavor({ id }))
    assert.deepEqual(idsOf(flavors.toSorted(byId)), ['1', '10', '2', 'M1', 'm1'])
  })

  test('by size compares ram, then vCPUs, then disk, then the id', () => {
    const smallestFirst = [
      flavor({ id: 'z', ramMb: 512, vcpus: 8, diskGb: 500 }),
      flavor({ id: 'y', ramMb: 1024, vcpus: 1, diskGb: 100 }),
      flavor({ id: 'x', ramMb: 1024, vcpus: 2, diskGb: 10 }),
      flavor({ id: 'b', ramMb: 1024, vcpus: 2, diskGb: 20 }),
      flavor({ id: 'c', ramMb: 1024, vcpus: 2, diskGb: 20 }),
      flavor({ id: 'a', ramMb: 10240, vcpus: 1, diskGb: 1 }),
    ]
    assert.deepEqual(idsOf(smallestFirst.toReversed().sort(bySize)), ['z', 'y', 'x', 'b', 'c', 'a'])
  })
})
