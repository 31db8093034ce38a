import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isProblem, parseRequirement } from './parse-requirement.ts'
import {
  numberProperties,
  operators,
  printRequirement,
  propertyNames,
  readRequirement,
  sizeUnits,
  textProperties,
} from './requirement.ts'

/** Returns the text that an input is stored as. */
function stored(input: string): string {
  const parsed = parseRequirement(input)
  assert.ok(!isProblem(parsed), `'${input}': ${JSON.stringify(parsed)}`)
  return printRequirement(parsed)
}

describe('is stored as', () => {
  const rows: [input: string, text: string][] = [
    ['vcpus>=2', 'vcpus>=2'],
    ['vcpus<=16', 'vcpus<=16'],
    ['vcpus=4', 'vcpus=4'],
    // blanks between the parts
    [' vcpus >= 2 ', 'vcpus>=2'],
    ['\tram\t>=\t2\tGiB\t', 'ram>=2048'],
    ['ram / vcpus>=1024', 'ram/vcpus>=1024'],
    ['extra_specs [ hw:numa_nodes ] = 1', 'extra_specs[hw:numa_nodes]=1'],
    // any letter case
    ['vCPUs>=2', 'vcpus>=2'],
    ['RAM>=2GIB', 'ram>=2048'],
    ['Extra_Specs[Key]=Word', 'extra_specs[Key]=Word'],
    // units: ram and swap are counted in MiB
    ['ram>=2048', 'ram>=2048'],
    ['ram>=2048MiB', 'ram>=2048'],
    ['ram>=2GiB', 'ram>=2048'],
    ['ram>=1.5 GiB', 'ram>=1536'],
    ['ram<=1TiB', 'ram<=1048576'],
    ['swap=0.5GiB', 'swap=512'],
    // disk and ephemeral are counted in GiB
    ['disk>=10', 'disk>=10'],
    ['disk>=10240MiB', 'disk>=10'],
    ['disk>=1TiB', 'disk>=1024'],
    ['ephemeral<=0GiB', 'ephemeral<=0'],
    // memory for each vCPU is counted in MiB
    ['ram/vcpus>=1GiB', 'ram/vcpus>=1024'],
    ['ram/vcpus>=0.1GiB', 'ram/vcpus>=102.4'],
    // disk/ram is in GiB per GiB
    ['disk/ram>=2', 'disk/ram>=2'],
    ['disk/ram>=0.5', 'disk/ram>=0.5'],
    // other spellings of numbers
    ['vcpus>=02', 'vcpus>=2'],
    ['vcpus>=2.0', 'vcpus>=2'],
    ['vcpus>=00', 'vcpus>=0'],
    ['disk/ram>=2.50', 'disk/ram>=2.5'],
    ['ram<=9007199254740991', 'ram<=9007199254740991'],
    // extra specs
    ['extra_specs[quota:disk_write_iops_sec]>=1000', 'extra_specs[quota:disk_write_iops_sec]>=1000'],
    ['extra_specs[quota:disk_write_iops_sec] >= 01000', 'extra_specs[quota:disk_write_iops_sec]>=1000'],
    ['extra_specs[trait:STORAGE_DISK_SSD] = required', 'extra_specs[trait:STORAGE_DISK_SSD]=required'],
    ['extra_specs[ratio]>=1.50', 'extra_specs[ratio]>=1.5'],
    ['extra_specs[a key]=two  words', 'extra_specs[a key]=two  words'],
    ['extra_specs[cpu]=<in> avx2', 'extra_specs[cpu]=<in> avx2'],
    ['extra_specs[a=b>=c]=d', 'extra_specs[a=b>=c]=d'],
    // any other value is a word, which is not changed
    ['extra_specs[release]=007', 'extra_specs[release]=007'],
    ['extra_specs[release]=22.10', 'extra_specs[release]=22.10'],
    ['extra_specs[size]=2GiB', 'extra_specs[size]=2GiB'],
    ['extra_specs[sign]=>=2', 'extra_specs[sign]=>=2'],
    // names are texts or patterns, of which equal ones have one spelling
    ['name=db.*', 'name=db.*'],
    [' Name = DB.small ', 'name=DB.small'],
    ['name=two  words', 'name=two  words'],
    ['name=2', 'name=2'],
    ['name=007', 'name=007'],
    ['name==', 'name=='],
    ['name=db.**', 'name=db.*'],
    ['name=db.*?', 'name=db.?*'],
  ]
  for (const [input, text] of rows) test(`${JSON.stringify(input)} → ${text}`, () => assert.equal(stored(input), text))
})

describe('is refused', () => {
  const subjects = `${propertyNames.join(', ')} or extra_specs[KEY]`
  const rows: [input: string, column: number, expected: string, found: string][] = [
    ['', 1, subjects, 'the end'],
    ['   ', 4, subjects, 'the end'],
    ['>=2', 1, subjects, "'>'"],
    ['cores>=2', 1, subjects, "'cores'"],
    ['  memory >= 2', 3, subjects, "'memory'"],
    ['2<=vcpus', 1, subjects, "'2'"],
    ['toString>=2', 1, subjects, "'toString'"],
    ['extra_spec[k]=x', 1, subjects, "'extra_spec'"],
    ['vcpus/ram>=1', 6, '>=, <= or =', "'/'"],
    ['ram/disk>=1', 5, 'vcpus', "'disk'"],
    ['disk/>=1', 6, 'ram', "'>'"],
    ['vcpus', 6, '>=, <= or =', 'the end'],
    ['vcpus 2', 7, '>=, <= or =', "'2'"],
    ['vcpus>2', 6, '>=, <= or =', "'>'"],
    ['vcpus<2', 6, '>=, <= or =', "'<'"],
    ['vcpus!=2', 6, '>=, <= or =', "'!'"],
    ['vcpus≥2', 6, '>=, <= or =', "'≥'"],
    ['vcpus==2', 7, 'a number', "'='"],
    ['vcpus=>2', 7, 'a number', "'>'"],
    ['vcpus>=', 8, 'a number', 'the end'],
    ['vcpus>= two', 9, 'a number', "'two'"],
    ['vcpus>=-1', 8, 'a number', "'-'"],
    ['vcpus>=.5', 8, 'a number', "'.5'"],
    ['vcpus>=٣', 8, 'a number', "'٣'"],
    ['vcpus>=2 cores', 10, 'the end', "'cores'"],
    ['vcpus>=2.', 9, 'the end', "'.'"],
    ['vcpus>=1e3', 9, 'the end', "'e3'"],
    ['vcpus>=2 ram>=2', 10, 'the end', "'ram'"],
    ['disk/ram>=2GiB', 12, 'the end', "'GiB'"],
    ['ram>=2,048', 7, 'MiB, GiB, TiB or the end', "','"],
    ['ram>=2GiB or so', 11, 'the end', "'or'"],
    ['ram>=2GB', 7, 'MiB, GiB or TiB (GB is ambiguous)', "'GB'"],
    ['ram>=2 gb', 8, 'MiB, GiB or TiB (GB is ambiguous)', "'gb'"],
    ['ram>=2048M', 10, 'MiB, GiB or TiB (M is ambiguous)', "'M'"],
    ['ram>=2KiB', 7, 'MiB, GiB or TiB', "'KiB'"],
    ['ram>=2parsecs', 7, 'MiB, GiB or TiB', "'parsecs'"],
    ['vcpus>=1.5', 8, 'a whole number of vCPU', "'1.5'"],
    ['ram>=0.1GiB', 6, 'a whole number of MiB', "'0.1GiB'"],
    ['swap>=0.1GiB', 7, 'a whole number of MiB', "'0.1GiB'"],
    ['ephemeral>=0.5', 12, 'a whole number of GiB', "'0.5'"],
    ['disk>=500 MiB', 7, 'a whole number of GiB', "'500'"],
    ['ram<=9007199254740993', 6, 'a number that can be stored exactly', "'9007199254740993'"],
    ['ram<=1000000000000000000000', 6, 'a number that can be stored exactly', "'1000000000000000000000'"],
    ['disk/ram>=0.0000001', 11, 'a number that can be stored exactly', "'0.0000001'"],
    [`ram<=2${'x'.repeat(30)}`, 7, 'MiB, GiB or TiB', `'${'x'.repeat(30)}'`],
    [`ram<=${'9'.repeat(400)}`, 6, 'a whole number of MiB', `'${'9'.repeat(30)}…'`],
    ['name', 5, '=', 'the end'],
    ['name>=db', 5, '=', "'>'"],
    ['name<=2', 5, '=', "'<'"],
    ['name~db', 5, '=', "'~'"],
    ['name/ram=2', 5, '=', "'/'"],
    ['names=db', 1, subjects, "'names'"],
    ['name=', 6, 'a name or a pattern with * and ?', 'the end'],
    ['name= ', 7, 'a name or a pattern with * and ?', 'the end'],
    ['name=a\nb', 7, 'the end', "'U+000A'"],
    ['extra_specs', 12, "'[' and the key of an extra spec", 'the end'],
    ['extra_specs.k=x', 12, "'[' and the key of an extra spec", "'.k'"],
    ['extra_specs[]=x', 13, 'the key of an extra spec', "']'"],
    ['extra_specs[k', 14, "']'", 'the end'],
    ['extra_specs[k=x', 16, "']'", 'the end'],
    ['extra_specs[k]', 15, '>=, <= or =', 'the end'],
    ['extra_specs[k]=', 16, 'a number or a word', 'the end'],
    ['extra_specs[k]= ', 17, 'a number or a word', 'the end'],
    ['extra_specs[k]>=required', 17, 'a number', "'required'"],
    ['extra_specs[k]>=2GiB', 18, 'the end', "'GiB'"],
    // an invisible character is shown by its code point; a character beyond the basic plane counts as one
    ['vcpus\u00a0>=2', 6, '>=, <= or =', "'U+00A0'"],
    ['vcpus>=2\nram>=2', 9, 'the end', "'U+000A'"],
    ['extra_specs[k]=a\nb', 17, 'the end', "'U+000A'"],
    ['extra_specs[k]=a\u2028b', 17, 'the end', "'U+2028'"],
    ['extra_specs[💾💾]>2', 16, '>=, <= or =', "'>'"],
  ]
  for (const [input, column, expected, found] of rows)
    test(`${JSON.stringify(input.slice(0, 40))}: column ${column}, expected ${expected}`, () =>
      assert.deepEqual(parseRequirement(input), { column, expected, found }))
})

describe('for any input', () => {
  const blank = fc.constantFrom('', '', ' ', '  ', '\t')
  const anyCase = (word: string) =>
    fc.boolean().map(isUpper => (isUpper ? word.toUpperCase() : `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`))
  const operator = fc.constantFrom(...operators)
  const inUnits = (own: number) => (count: number) =>
    fc.constantFrom<[string, number]>(['', own], ['MiB', 1], ['GiB', 1024], ['TiB', 1024 ** 2]).chain(([unit, mib]) => {
      const figure = (count * own) / mib
      return /e/.test(String(figure)) ? fc.constant(String(count)) : anyCase(unit).map(unit => `${figure} ${unit}`)
    })
  const plain = (count: number) =>
    fc.constantFrom(`${count}`, `0${count}`, Number.isInteger(count) ? `${count}.0` : `${count}0`)
  /** A requirement on a property as stored, and one way to type it. */
  const amount = fc
    .tuple(fc.constantFrom(...numberProperties), operator, fc.nat(2 ** 20), fc.nat(99))
    .chain(([[property, { isWhole, sizeIn }], operator, whole, hundredth]) => {
      const figure = isWhole ? whole : Number(`${whole}.${hundredth}`)
      const names = fc.tuple(...property.split('/').map(anyCase))
      const typed = isWhole && sizeIn ? inUnits(sizeUnits[sizeIn])(figure) : plain(figure)
      return fc.tuple(names, typed, blank).map(([names, figureText, b]) => ({
        text: `${property}${operator}${figure}`,
        typed: [b, names.join(`${b}/${b}`), b, operator, b, figureText, b].join(''),
      }))
    })
  const key = fc.string({ minLength: 1 }).filter(key => key === key.trim() && !/[\]\r\n\u2028\u2029]/.test(key))
  const word = fc.string({ minLength: 1, unit: 'binary' }).filter(w => w === w.trim() && !/[\r\n\u2028\u2029]/.test(w))
  const spec = fc.tuple(key, word, blank).map(([key, word, b]) => ({
    text: `extra_specs[${key}]=${word}`,
    typed: [b, 'EXTRA_specs', b, '[', b, key, b, ']', b, '=', b, word, b].join(''),
  }))

  const glob = word.filter(word => !/[*?]/.test(word))
  const text = fc.tuple(fc.constantFrom(...textProperties), glob, glob, blank).map(([[property], begin, end, b]) => ({
    text: `${property}=${begin}?*${end}`,
    typed: [b, property.toUpperCase(), b, '=', b, begin, '*?*', end, b].join(''),
  }))

  test('blanks, letter case, units, superfluous zeros and superfluous wildcards do not change the stored text', () =>
    fc.assert(
      fc.property(fc.oneof(amount, spec, text), ({ text, typed }) => assert.equal(stored(typed), text)),
      { numRuns: 2000 },
    ))

  const nearMiss = fc
    .tuple(
      fc.constantFrom('vcpus', 'ram', 'disk/ram', 'ram/ vcpus', 'name', 'extra_specs[k]', 'extra_specs', 'cores', ''),
      fc.constantFrom('>=', '<=', '=', '>', '', '=='),
      fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{1,20}(\.[0-9]{0,10})?( ?[GMTK]i?B)?$/)),
    )
    .map(parts => parts.join(''))
  const anything = fc.oneof(fc.string({ unit: 'binary' }), nearMiss)

  test('an accepted input is stored as a text that is read and parsed as the same requirement', () =>
    fc.assert(
      fc.property(anything, input => {
        const parsed = parseRequirement(input)
        if (isProblem(parsed)) return
        const text = printRequirement(parsed)
        assert.deepEqual(readRequirement(text), parsed)
        assert.deepEqual(parseRequirement(text), parsed)
      }),
      { numRuns: 5000 },
    ))

  test('an invalid input is refused with a column inside the input or just after it', () =>
    fc.assert(
      fc.property(anything, input => {
        const parsed = parseRequirement(input)
        if (!isProblem(parsed)) return
        assert.ok(parsed.column >= 1 && parsed.column <= [...input].length + 1, JSON.stringify(parsed))
        assert.notEqual(parsed.expected, '')
      }),
      { numRuns: 5000 },
    ))
})
