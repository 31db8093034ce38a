import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { flavorWith as flavor } from '../../../../test/fixtures/flavor.ts'
import { metadataRow as row } from '../../../../test/fixtures/metadata-row.ts'
import type { Flavor } from '../../../model/flavor.ts'
import type { VersionMetadata } from '../../../model/version-metadata.ts'
import { allowedFlavors, decide } from './decide.ts'
import { readFlavorPolicy } from './policy-rows.ts'
import { isMet, numberProperties, readRequirement } from './requirement.ts'

// Properties for arbitrary rows and flavors; the tables are in decide.test.ts.

const associated = (id: string) => row('flavor', id)
const requires = (text: string) => row('flavor_requirement', text)
const onlyListed = row('flavor_restriction', 'listed')
const onlyWarn = row('flavor_enforcement', 'warn')
const deleted = (dead: VersionMetadata): VersionMetadata => ({ ...dead, deleted: true, deletedAt: new Date(1000) })

const judge = (rows: readonly VersionMetadata[], flavor: Flavor) =>
  decide({ id: flavor.id, flavor }, readFlavorPolicy(rows))
const judgeUnknown = (rows: readonly VersionMetadata[], id: string) =>
  decide({ id, flavor: 'unknown' }, readFlavorPolicy(rows))

const anId = fc.constantFrom('1', '2', 'a', 'A', 'é', 'e')
const aFlavor = fc
  .record({
    id: anId,
    name: fc.constantFrom('a', 'ab', 'A'),
    vcpus: fc.nat(4),
    ramMb: fc.constantFrom(0, 512, 1024, 2048, 3000, 8192),
    diskGb: fc.nat(20),
    ephemeralGb: fc.nat(2),
    swapMb: fc.constantFrom(0, 512),
    extraSpecs: fc.dictionary(fc.constantFrom('ssd', 'iops'), fc.constantFrom('required', '100', '2000', '')),
  })
  .map(flavor)
const someFlavors = fc.uniqueArray(aFlavor, { selector: ({ id }) => id, minLength: 1 })

const requirementText = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...numberProperties.map(([name]) => name), 'extra_specs[iops]'),
      fc.constantFrom('>=', '<=', '='),
      fc.constantFrom(0, 1, 2, 10, 512, 2048),
    )
    .map(parts => parts.join('')),
  fc.constant('extra_specs[ssd]=required'),
  fc.constantFrom('name=a', 'name=a*', 'name=?', 'name=*'),
  fc.constantFrom('', 'vcpus', 'vcpus > 2', 'ram>=2GiB'),
)
const aRequirement = requirementText.map(requires)
const anAssociation = anId.map(associated)
const aRestriction = fc.constantFrom('listed', 'x').map(value => row('flavor_restriction', value))
const anEnforcement = fc.constantFrom('warn', 'warn', 'refuse').map(value => row('flavor_enforcement', value))
const aRow = fc.oneof(
  { weight: 3, arbitrary: anAssociation },
  { weight: 3, arbitrary: aRequirement },
  aRestriction,
  anEnforcement,
  fc.constant(row('volume_type', '1')),
  fc.oneof(anAssociation, aRequirement, aRestriction, anEnforcement).map(deleted),
)
const someRows = fc.array(aRow, { maxLength: 8 })
const refusing = someRows.map(rows => rows.filter(row => row.deleted || row.key !== 'flavor_enforcement'))
const unrestricted = someRows.map(rows =>
  rows.filter(row => row.deleted || (row.key !== 'flavor' && row.key !== 'flavor_restriction')),
)

const allowedIds = (rows: readonly VersionMetadata[], flavors: readonly Flavor[]) =>
  new Set(allowedFlavors(flavors, readFlavorPolicy(rows)).map(({ id }) => id))
const holds = (property: fc.IRawProperty<unknown>) => fc.assert(property, { numRuns: 500 })

test('without warn, a flavor is allowed exactly if there is no reason against it', () =>
  holds(
    fc.property(refusing, aFlavor, (rows, flavor) => {
      for (const { allowed, reasons } of [judge(rows, flavor), judgeUnknown(rows, flavor.id)])
        assert.equal(allowed, reasons.length === 0)
    }),
  ))

test('warn allows every flavor, and reports the same reasons as refuse', () =>
  holds(
    fc.property(refusing, aFlavor, (rows, flavor) => {
      const { reasons } = judge(rows, flavor)
      const warned = reasons.map(reason => ({ ...reason, level: 'warn' as const }))
      assert.deepEqual(judge([...rows, onlyWarn], flavor), { allowed: true, reasons: warned })
    }),
  ))

test('another requirement never allows more flavors', () =>
  holds(
    fc.property(someRows, aRequirement, someFlavors, (rows, further, flavors) => {
      assert.ok(allowedIds([...rows, further], flavors).isSubsetOf(allowedIds(rows, flavors)))
    }),
  ))

test('the first association of an unrestricted version allows no flavor except this one', () =>
  holds(
    fc.property(unrestricted, anAssociation, someFlavors, (rows, first, flavors) => {
      const before = allowedIds(rows, flavors)
      const after = allowedIds([...rows, first], flavors)
      assert.ok(after.isSubsetOf(before))
      if (readFlavorPolicy(rows).own.enforcement === 'refuse') assert.ok(after.isSubsetOf(new Set([first.value])))
    }),
  ))

test('another association of a restricted version never allows fewer flavors', () =>
  holds(
    fc.property(someRows, anAssociation, anAssociation, someFlavors, (rows, first, further, flavors) => {
      const before = [...rows, first]
      assert.ok(allowedIds(before, flavors).isSubsetOf(allowedIds([...before, further], flavors)))
    }),
  ))

test('deleting the last association of an unrestricted version allows every flavor that meets the requirements', () =>
  holds(
    fc.property(fc.array(requirementText), anAssociation, someFlavors, (texts, last, flavors) => {
      const requirements = texts.map(readRequirement)
      const meets = (flavor: Flavor) => requirements.every(one => one !== undefined && isMet(one, flavor))
      assert.deepEqual(
        allowedFlavors(flavors, readFlavorPolicy([deleted(last), ...texts.map(requires)])),
        flavors.filter(meets),
      )
    }),
  ))

test('deleting the last association of a restricted version allows no flavor', () =>
  holds(
    fc.property(fc.array(aRequirement), anAssociation, someFlavors, (rows, last, flavors) => {
      assert.deepEqual(allowedFlavors(flavors, readFlavorPolicy([onlyListed, deleted(last), ...rows])), [])
    }),
  ))

test('requirements do not apply to an unknown flavor', () =>
  holds(
    fc.property(someRows, fc.array(aRequirement), anId, (rows, further, id) => {
      assert.deepEqual(judgeUnknown([...rows, ...further], id), judgeUnknown(rows, id))
    }),
  ))

test('order and repetition of rows do not matter, not even for the order of the reasons', () =>
  holds(
    fc.property(
      someRows.chain(rows =>
        fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length }), fc.subarray(rows)),
      ),
      aFlavor,
      ([rows, shuffled, again], flavor) => {
        assert.deepEqual(judge([...shuffled, ...again], flavor), judge(rows, flavor))
      },
    ),
  ))

test('deleted rows and rows with other keys do not matter', () =>
  holds(
    fc.property(someRows, fc.array(aRow.map(deleted)), aFlavor, (rows, dead, flavor) => {
      const foreign = rows.map(({ value }) => row('volume_type', value))
      assert.deepEqual(judge([...rows, ...dead, ...foreign], flavor), judge(rows, flavor))
    }),
  ))
