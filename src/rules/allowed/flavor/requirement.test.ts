import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { flavorWith as flavor } from '../../../../test/fixtures/flavor.ts'
import type { Flavor } from '../../../model/flavor.ts'
import {
  actualValue,
  comparedText,
  isMet,
  numberProperties,
  operators,
  printRequirement,
  type Requirement,
  readRequirement,
  textProperties,
  unitOf,
} from './requirement.ts'

const withSpec = (key: string, value: string) => flavor({ extraSpecs: { [key]: value } })

const read = (text: string): Requirement => {
  const requirement = readRequirement(text)
  assert.ok(requirement, `'${text}' is invalid`)
  return requirement
}

describe('reads', () => {
  const rows: [text: string, subject: Requirement['subject'], operator: string, value: number | string][] = [
    ['vcpus>=2', { property: 'vcpus' }, '>=', 2],
    ['vcpus<=16', { property: 'vcpus' }, '<=', 16],
    ['vcpus=4', { property: 'vcpus' }, '=', 4],
    ['ram>=2048', { property: 'ram' }, '>=', 2048],
    ['ram<=65536', { property: 'ram' }, '<=', 65536],
    ['disk>=10', { property: 'disk' }, '>=', 10],
    ['ephemeral=0', { property: 'ephemeral' }, '=', 0],
    ['swap<=512', { property: 'swap' }, '<=', 512],
    ['ram/vcpus>=1024', { property: 'ram/vcpus' }, '>=', 1024],
    ['disk/ram>=0.5', { property: 'disk/ram' }, '>=', 0.5],
    ['ram/vcpus=1365.25', { property: 'ram/vcpus' }, '=', 1365.25],
    ['ram<=9007199254740991', { property: 'ram' }, '<=', 9007199254740991],
    ['extra_specs[trait:STORAGE_DISK_SSD]=required', { extraSpec: 'trait:STORAGE_DISK_SSD' }, '=', 'required'],
    ['extra_specs[quota:disk_read_iops_sec]>=1000', { extraSpec: 'quota:disk_read_iops_sec' }, '>=', 1000],
    ['extra_specs[hw:numa_nodes]=1', { extraSpec: 'hw:numa_nodes' }, '=', 1],
    ['extra_specs[hw:cpu_policy]=dedicated', { extraSpec: 'hw:cpu_policy' }, '=', 'dedicated'],
    ['extra_specs[a key]=two words', { extraSpec: 'a key' }, '=', 'two words'],
    ['extra_specs[cpu]=<in> avx2', { extraSpec: 'cpu' }, '=', '<in> avx2'],
    ['extra_specs[release]=007', { extraSpec: 'release' }, '=', '007'],
    ['extra_specs[a=b>=c]=d', { extraSpec: 'a=b>=c' }, '=', 'd'],
    ['name=db.small', { property: 'name' }, '=', 'db.small'],
    ['name=db.*', { property: 'name' }, '=', 'db.*'],
    ['name=two words', { property: 'name' }, '=', 'two words'],
    ['name=007', { property: 'name' }, '=', '007'],
    ['name=2', { property: 'name' }, '=', '2'],
    ['name=?*', { property: 'name' }, '=', '?*'],
    ['extra_specs[serial]=12345678901234567890', { extraSpec: 'serial' }, '=', '12345678901234567890'],
  ]
  for (const [text, subject, operator, value] of rows)
    test(text, () => {
      assert.deepEqual(readRequirement(text), { subject, operator, value })
      assert.equal(printRequirement(read(text)), text)
    })
})

describe('does not read', () => {
  const rows: [text: string, because: string][] = [
    ['', 'it is empty'],
    ['vcpus', 'no operator'],
    ['vcpus>=', 'no value'],
    ['>=2', 'no property'],
    ['vcpus>2', 'unknown operator'],
    ['vcpus<2', 'unknown operator'],
    ['vcpus==2', 'unknown operator'],
    ['vcpus=>2', 'unknown operator'],
    ['vcpus!=2', 'unknown operator'],
    ['cores>=2', 'unknown property'],
    ['VCPUS>=2', 'case matters'],
    ['rams>=2', 'unknown property'],
    ['vcpus/ram>=1', 'unknown ratio'],
    ['ram/disk>=1', 'unknown ratio'],
    ['ram>=2GiB', 'stored texts have no unit'],
    ['ram>=2048MiB', 'stored texts have no unit'],
    ['vcpus>=02', 'a leading zero'],
    ['vcpus>=2.0', 'a fraction that ends in zero'],
    ['vcpus>=2.50', 'a fraction that ends in zero'],
    ['vcpus>=2.', 'a fraction without digits'],
    ['vcpus>=.5', 'no digit before the decimal point'],
    ['vcpus>=-1', 'a sign'],
    ['vcpus>=+1', 'a sign'],
    ['vcpus>=1e3', 'an exponent'],
    ['vcpus>=0x10', 'another base'],
    ['vcpus>=1,5', 'another decimal separator'],
    ['vcpus>=٣', 'other digits'],
    ['vcpus>=Infinity', 'not a decimal number'],
    ['vcpus>=NaN', 'not a decimal number'],
    ['vcpus>=two', 'a word'],
    ['ram<=9007199254740993', 'too many digits: it would become another number'],
    ['ram<=1000000000000000000000', 'a number that is printed differently'],
    ['ram/vcpus>=0.0000001', 'a number that is printed differently'],
    [`ram<=${'9'.repeat(400)}`, 'an infinite number'],
    [' vcpus>=2', 'a blank before it'],
    ['vcpus>=2 ', 'a blank after it'],
    ['vcpus >= 2', 'blanks inside'],
    ['vcpus>=2\n', 'a line break'],
    ['vcpus>=2 ram>=2048', 'two requirements'],
    ['extra_specs[]=x', 'no key'],
    ['extra_specs[k]=', 'no value'],
    ['extra_specs[k', 'the key is not closed'],
    ['extra_specs.k=x', 'a key without brackets'],
    ['extra_specs[a]b]=x', 'a bracket in the key'],
    ['extra_specs[k]>=required', 'a word has no order'],
    ['extra_specs[k]<=b', 'a word has no order'],
    ['extra_specs[k]>=007', 'a text that is not a number has no order'],
    ['extra_specs[k]>=12345678901234567890', 'a number that is not exact has no order'],
    ['extra_specs[k]=a\nb', 'two lines'],
    ['name=', 'no pattern'],
    ['name>=db', 'a name has no order'],
    ['name<=2', 'a name has no order'],
    ['Name=db', 'case matters'],
    ['name=db.**', 'a wildcard without a meaning'],
    ['name=*?', 'wildcards in another order'],
    ['name= db', 'a blank before the pattern'],
    ['name=db ', 'a blank after the pattern'],
    ['name=a\nb', 'two lines'],
  ]
  for (const [text, because] of rows)
    test(`${JSON.stringify(text.slice(0, 50))}: ${because}`, () => assert.equal(readRequirement(text), undefined))
})

describe('each requirement has one spelling', () => {
  const operator = fc.constantFrom(...operators)
  const property = fc.constantFrom(...numberProperties.map(([name]) => name))
  const number = fc
    .tuple(fc.nat(), fc.option(fc.stringMatching(/^[0-9]{0,4}[1-9]$/)))
    .map(([whole, fraction]) => (fraction === null ? `${whole}` : `${whole}.${fraction}`))
  const key = fc.string({ minLength: 1 }).filter(key => !key.includes(']'))
  const word = fc.string({ minLength: 1 })
  const text = fc.constantFrom(...textProperties.map(([name]) => name))
  const glob = word.filter(word => word === word.trim() && !/[*?]/.test(word))
  const canonical = fc.oneof(
    fc.tuple(text, glob, fc.constantFrom('', '*', '?', '?*')).map(([text, glob, end]) => `${text}=${glob}${end}`),
    fc.tuple(property, operator, number).map(parts => parts.join('')),
    fc.tuple(key, operator, number).map(([key, operator, number]) => `extra_specs[${key}]${operator}${number}`),
    fc.tuple(key, word).map(([key, word]) => `extra_specs[${key}]=${word}`),
  )
  const anything = fc.oneof(
    fc.string(),
    fc.stringMatching(/^name=[ab*? ]{0,6}$/),
    fc.stringMatching(/^(vcpus|ram|disk\/ram|extra_specs\[k\])(>=|<=|=)[0-9]{1,30}(\.[0-9]{1,20})?$/),
  )

  test('a canonical text is read and printed unchanged', () =>
    fc.assert(fc.property(canonical, text => assert.equal(printRequirement(read(text)), text))))

  test('every text that can be read is printed unchanged', () =>
    fc.assert(
      fc.property(anything, text => {
        const requirement = readRequirement(text)
        if (requirement) assert.equal(printRequirement(requirement), text)
      }),
      { numRuns: 2000 },
    ))
})

describe('is met by', () => {
  const rows: [text: string, someFlavor: Flavor, met: boolean, actual: number | string | null, unit: string | null][] =
    [
      ['vcpus>=2', flavor({ vcpus: 3 }), true, 3, 'vCPU'],
      ['vcpus>=2', flavor({ vcpus: 2 }), true, 2, 'vCPU'],
      ['vcpus>=2', flavor({ vcpus: 1 }), false, 1, 'vCPU'],
      ['vcpus<=2', flavor({ vcpus: 1 }), true, 1, 'vCPU'],
      ['vcpus<=2', flavor({ vcpus: 2 }), true, 2, 'vCPU'],
      ['vcpus<=2', flavor({ vcpus: 3 }), false, 3, 'vCPU'],
      ['vcpus=2', flavor({ vcpus: 2 }), true, 2, 'vCPU'],
      ['vcpus=2', flavor({ vcpus: 3 }), false, 3, 'vCPU'],
      ['vcpus>=10', flavor({ vcpus: 9 }), false, 9, 'vCPU'],
      // ram and swap in MiB, disk and ephemeral in GiB, as in Nova
      ['ram>=2048', flavor({ ramMb: 2048 }), true, 2048, 'MiB'],
      ['ram>=2048', flavor({ ramMb: 2 }), false, 2, 'MiB'],
      ['disk>=10', flavor({ diskGb: 10 }), true, 10, 'GiB'],
      ['disk>=10', flavor({ diskGb: 0 }), false, 0, 'GiB'],
      ['ephemeral<=0', flavor({ ephemeralGb: 1 }), false, 1, 'GiB'],
      ['ephemeral>=1', flavor({ ephemeralGb: 1 }), true, 1, 'GiB'],
      ['swap=0', flavor({ swapMb: 0 }), true, 0, 'MiB'],
      ['swap=0', flavor({ swapMb: 512 }), false, 512, 'MiB'],
      // MiB per vCPU
      ['ram/vcpus>=1024', flavor({ ramMb: 4096, vcpus: 4 }), true, 1024, 'MiB per vCPU'],
      ['ram/vcpus>=1024', flavor({ ramMb: 4095, vcpus: 4 }), false, 1023.75, 'MiB per vCPU'],
      ['ram/vcpus<=1024', flavor({ ramMb: 4096, vcpus: 0 }), false, null, 'MiB per vCPU'],
      ['ram/vcpus>=0', flavor({ ramMb: 0, vcpus: 0 }), false, null, 'MiB per vCPU'],
      // GiB of disk per GiB of ram
      ['disk/ram>=5', flavor({ diskGb: 20, ramMb: 4096 }), true, 5, 'GiB per GiB'],
      ['disk/ram>=5', flavor({ diskGb: 19, ramMb: 4096 }), false, 4.75, 'GiB per GiB'],
      ['disk/ram>=20', flavor({ diskGb: 10, ramMb: 512 }), true, 20, 'GiB per GiB'],
      ['disk/ram<=5', flavor({ diskGb: 0, ramMb: 4096 }), true, 0, 'GiB per GiB'],
      ['disk/ram<=5', flavor({ diskGb: 20, ramMb: 0 }), false, null, 'GiB per GiB'],
      // a word must be equal
      ['extra_specs[k]=required', withSpec('k', 'required'), true, 'required', null],
      ['extra_specs[k]=required', withSpec('k', 'Required'), false, 'Required', null],
      ['extra_specs[k]=required', withSpec('k', 'required '), false, 'required ', null],
      ['extra_specs[k]=required', withSpec('k', ''), false, '', null],
      ['extra_specs[k]=required', withSpec('other', 'required'), false, null, null],
      ['extra_specs[k]=007', withSpec('k', '007'), true, '007', null],
      ['extra_specs[k]=007', withSpec('k', '7'), false, '7', null],
      // a number is compared as a number, whatever its spelling in the flavor
      ['extra_specs[k]>=1000', withSpec('k', '1000'), true, 1000, null],
      ['extra_specs[k]>=1000', withSpec('k', '900'), false, 900, null],
      ['extra_specs[k]<=1000', withSpec('k', '900'), true, 900, null],
      ['extra_specs[k]<=1000', withSpec('k', '-1'), true, -1, null],
      ['extra_specs[k]=2', withSpec('k', '2.0'), true, 2, null],
      ['extra_specs[k]=2', withSpec('k', ' 2 '), true, 2, null],
      // a text that is not a number does not meet a number
      ['extra_specs[k]<=1000', flavor(), false, null, null],
      ['extra_specs[k]<=1000', withSpec('k', 'few'), false, 'few', null],
      ['extra_specs[k]<=1000', withSpec('k', ''), false, '', null],
      ['extra_specs[k]<=1000', withSpec('k', ' '), false, ' ', null],
      ['extra_specs[k]=0', withSpec('k', ''), false, '', null],
      ['extra_specs[k]>=1000', withSpec('k', 'Infinity'), false, 'Infinity', null],
      ['extra_specs[k]>=1000', withSpec('k', '2k'), false, '2k', null],
      // a name matches a pattern as a whole
      ['name=db.*', flavor({ name: 'db.small' }), true, 'db.small', null],
      ['name=db.*', flavor({ name: 'DB.small' }), false, 'DB.small', null],
      ['name=db.*', flavor({ name: 'my db.small' }), false, 'my db.small', null],
      ['name=db.small', flavor({ name: 'db.small' }), true, 'db.small', null],
      ['name=2', flavor({ name: '2' }), true, '2', null],
      ['name=2', flavor({ name: '2.0' }), false, '2.0', null],
      // inherited properties of objects are not extra specs
      ['extra_specs[toString]=x', flavor(), false, null, null],
      ['extra_specs[__proto__]=x', flavor(), false, null, null],
    ]
  for (const [text, someFlavor, met, actual, unit] of rows)
    test(`${text} and a flavor with ${JSON.stringify(actual)}: ${met ? 'met' : 'not met'}`, () => {
      const requirement = read(text)
      assert.equal(isMet(requirement, someFlavor), met)
      assert.equal(actualValue(requirement, someFlavor), actual)
      assert.equal(unitOf(requirement), unit)
    })
})

test('what a text says is compared with a pattern is known by its stored form', () => {
  assert.equal(comparedText('name=db.*'), 'name')
  for (const text of ['ram>=2048', 'extra_specs[name]=db', 'name>=db', 'Name=db', ''])
    assert.equal(comparedText(text), undefined)
})
