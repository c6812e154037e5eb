import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SchemaCheck, type SchemaCheckOptions } from '../../../src/domain/schema/schema-check.ts'
import { shapeOfAvro } from '../../../src/domain/schema/shapes/avro.ts'
import { shapeOfJsonSchema } from '../../../src/domain/schema/shapes/json-schema.ts'

/** `reason field (detail)` of each record in turn. */
function dropsOf(records: readonly unknown[], options: SchemaCheckOptions = {}): readonly string[][] {
  const check = new SchemaCheck(options)
  return records.map(record => said(check.check(record)))
}
const said = (drops: ReturnType<SchemaCheck['check']>) =>
  drops.map(({ reason, field, detail }) => `${reason} ${field} (${detail})`)

const LEARNT: readonly [
  what: string,
  records: readonly unknown[],
  drops: readonly (readonly string[])[],
  options?: SchemaCheckOptions,
][] = [
  [
    'what does not change is kept',
    [
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ],
    [[], []],
  ],
  [
    'two names that differ in case: both are dropped, in whichever order they stand',
    [
      { UserName: 'a', username: 'b' },
      { username: 'b', UserName: 'a' },
    ],
    [
      ['case_collision UserName (beside username)', 'case_collision username (beside UserName)'],
      ['case_collision username (beside UserName)', 'case_collision UserName (beside username)'],
    ],
  ],
  [
    'what was dropped has registered nothing',
    [{ UserName: 'a', username: 'b' }, { username: 7 }, { username: 'x' }],
    [
      ['case_collision UserName (beside username)', 'case_collision username (beside UserName)'],
      [],
      ['type_flip username (string, registered as double)'],
    ],
  ],
  [
    'a new name that differs in case from a registered one: the newcomer is dropped',
    [{ UserName: 'a' }, { username: 'b' }, { UserName: 'c' }],
    [[], ['case_collision username (beside UserName)'], []],
  ],
  [
    'a registered one and a newcomer beside each other: both are dropped',
    [{ UserName: 'a' }, { UserName: 'b', username: 'c' }],
    [[], ['case_collision username (beside UserName)', 'case_collision UserName (beside username)']],
  ],
  [
    'three of a name',
    [{ a: 1 }, { a: 1, A: 2, á: 3 }],
    [[], ['case_collision A (beside a)', 'case_collision a (beside A)']],
  ],
  ['names that the target makes one of', [{ 'a.b': 1, 'a/b': 2 }], [[]]],
  [
    'names that BigQuery makes one of',
    [{ 'a.b': 1, 'a/b': 2 }, { 'c.d': 1 }, { 'C-D': 2 }, { '1st': 1 }, { _1st: 1 }, { é: 1 }, { è: 1 }],
    [
      ['name_collision a.b (beside a/b)', 'name_collision a/b (beside a.b)'],
      [],
      ['name_collision C-D (beside c.d)'],
      [],
      ['name_collision _1st (beside 1st)'],
      [],
      ['name_collision è (beside é)'],
    ],
    { target: 'bigquery' },
  ],
  [
    'names that snake case makes one of',
    [{ orderId: 1 }, { order_id: 2 }, { OrderID: 3 }, { 'order-id': 4 }, { orderid: 5 }],
    [
      [],
      ['name_collision order_id (beside orderId)'],
      ['case_collision OrderID (beside orderId)'],
      ['name_collision order-id (beside orderId)'],
      ['case_collision orderid (beside orderId)'],
    ],
    { target: 'snake_case' },
  ],
  [
    'a type that flips, and comes back',
    [{ price: 1 }, { price: '1' }, { price: 2 }],
    [[], ['type_flip price (string, registered as double)'], []],
  ],
  [
    'null is no flip and registers nothing',
    [{ a: null }, { a: 'x' }, { a: null }, { a: 1 }],
    [[], [], [], ['type_flip a (int, registered as string)']],
  ],
  ['numbers of JSON are one type', [{ a: 1 }, { a: 2 ** 40 }, { a: 0.5 }], [[], [], []]],
  [
    'BigQuery makes a column of whole numbers of what comes first',
    [{ a: 1 }, { a: 2 ** 40 }, { a: 0.5 }],
    [[], [], ['type_flip a (double, registered as long)']],
    { target: 'bigquery' },
  ],
  ['and takes whole numbers in one of fractions', [{ a: 0.5 }, { a: 1 }], [[], []], { target: 'bigquery' }],
  [
    'fields of records, of lists and of lists in lists',
    [
      { order: { lines: [{ price: 1 }], tags: [['a']] } },
      { order: { lines: [{ price: 2 }, { price: 'x', Price: 1 }, { price: 'y' }], tags: [['b'], [3]] } },
    ],
    [
      [],
      [
        'case_collision order.lines[].Price (beside price)',
        'case_collision order.lines[].price (beside Price)',
        'type_flip order.lines[].price (string, registered as double)',
        'type_flip order.tags[][] (int, registered as string)',
      ],
    ],
  ],
  [
    'null in a list: BigQuery has none, whatever a list may hold elsewhere',
    [
      { tags: ['a', null], map: { a: null } },
      { tags: [null, null], lines: [{ x: null }] },
    ],
    [
      ['null_violation tags[] (null, not taken in an array)'],
      [
        'null_violation tags[] (null, not taken in an array)',
        'null_violation tags[] (null, not taken in an array)',
      ],
    ],
    { target: 'bigquery' },
  ],
  ['null in a list, for another target', [{ tags: ['a', null] }, { tags: [null] }], [[], []]],
  [
    'a record that becomes a list',
    [{ a: { b: 1 } }, { a: [{ b: 1 }] }],
    [[], ['type_flip a (array, registered as record)']],
  ],
  [
    'names of every object',
    [JSON.parse('{"__proto__": 1, "constructor": 2}'), JSON.parse('{"__proto__": "x"}')],
    [[], ['type_flip __proto__ (string, registered as double)']],
  ],
  ['deeper than is looked', [{ a: { b: { c: 1 } } }, { a: { b: { c: 'x' } } }], [[], []], { maxDepth: 2 }],
  [
    'more fields than are registered',
    [
      { a: 1, b: 1, c: 1 },
      { a: 'x', b: 'x', c: 'x' },
    ],
    [[], ['type_flip a (string, registered as double)', 'type_flip b (string, registered as double)']],
    { maxFields: 2 },
  ],
  ['a value that is no record', ['x', 1], [[], ['type_flip  (int, registered as string)']]],
]

describe('learnt from values', () => {
  for (const [what, records, drops, options] of LEARNT) {
    test(what, () => assert.deepEqual(dropsOf(records, options), drops))
  }
})

const avro = (...fields: readonly object[]) =>
  shapeOfAvro({ type: 'record', name: 'Order', namespace: 'shop', fields })
const optional = (type: string) => ['null', type]

describe('by schemas', () => {
  test('Avro: the first type stands, whatever later schemas say', () => {
    const check = new SchemaCheck()
    const one = avro({ name: 'id', type: 'int' }, { name: 'note', type: optional('string'), default: null })
    const two = avro({ name: 'id', type: 'string' }, { name: 'more', type: 'double' })
    assert.deepEqual(said(check.check({ id: 1, note: null }, one, 'shop.Order')), [])
    assert.deepEqual(said(check.check({ id: '1', more: 2 }, two, 'shop.Order')), [
      'type_flip id (string, registered as int)',
    ])
    assert.deepEqual(said(check.check({ id: 1, more: 2.5 }, one, 'shop.Order')), [])
    assert.deepEqual(said(check.check({ id: 1, more: 'x' }, two, 'shop.Order')), [
      'type_flip more (string, registered as double)',
    ])
    // Of another kind the same name is another field.
    assert.deepEqual(said(check.check({ id: 'a' }, null, 'shop.Customer')), [])
  })

  for (const [registered, target, values] of [
    ['int', 'none', { 7: true, [2 ** 31]: false, 0.5: false }],
    ['int', 'bigquery', { 7: true, [2 ** 31]: true, 0.5: false }],
    ['long', 'none', { 7: true, [2 ** 31]: true, 0.5: false }],
    ['float', 'none', { 7: true, [2 ** 31]: true, 0.5: true }],
    ['double', 'bigquery', { 7: true, [2 ** 31]: true, 0.5: true }],
  ] as const) {
    test(`a registered ${registered} in ${target} takes what it is wide enough for`, () => {
      const shape = avro({ name: 'n', type: registered })
      for (const [value, isTaken] of Object.entries(values)) {
        const check = new SchemaCheck({ target })
        assert.equal(check.check({ n: Number(value) }, shape).length === 0, isTaken, value)
      }
    })
  }

  test('what is required is missed, what must not be null is told', () => {
    const shape = avro(
      { name: 'id', type: 'long' },
      { name: 'at', type: 'long', default: 0 },
      { name: 'by', type: optional('string') },
    )
    const check = new SchemaCheck()
    assert.deepEqual(said(check.check({ id: 1, at: 2 }, shape)), [])
    assert.deepEqual(said(check.check({}, shape)), ['missing_required id (required as long)'])
    assert.deepEqual(said(check.check({ id: null, at: null, by: null }, shape)), [
      'null_violation id (null, not long)',
      'null_violation at (null, not long)',
    ])
  })

  test('BigQuery takes no null in an array, though the schema lets it be; in a map it does', () => {
    const shape = avro(
      { name: 'tags', type: { type: 'array', items: optional('string') } },
      { name: 'notes', type: { type: 'map', values: optional('string') } },
    )
    const check = new SchemaCheck({ target: 'bigquery' })
    assert.deepEqual(said(check.check({ tags: ['a', null], notes: { a: null } }, shape)), [
      'null_violation tags[] (null, not taken in an array)',
    ])
  })

  test('what a later schema lets be null or left out may be: the type stands', () => {
    const list = (items: unknown) => ({ name: 'tags', type: { type: 'array', items } })
    const one = avro({ name: 'id', type: 'int' }, { name: 'at', type: 'long' }, list('string'))
    const two = avro(
      { name: 'id', type: optional('int') },
      { name: 'at', type: 'long', default: 0 },
      list(optional('string')),
    )
    const check = new SchemaCheck()
    assert.deepEqual(said(check.check({ id: 1, at: 1, tags: ['a'] }, one)), [])
    assert.deepEqual(said(check.check({ id: null, at: 1, tags: [null] }, one)), [
      'null_violation id (null, not int)',
      'null_violation tags[] (null, not string)',
    ])
    assert.deepEqual(said(check.check({ id: null, tags: [null] }, two)), [])
    const after = new SchemaCheck()
    after.restore(JSON.parse(JSON.stringify(check.save())))
    for (const each of [check, after]) {
      assert.deepEqual(said(each.check({ id: null, tags: [] }, one)), [])
      assert.deepEqual(said(each.check({ id: 'x', at: null }, two)), [
        'missing_required tags (required as array)',
        'type_flip id (string, registered as int)',
        'null_violation at (null, not long)',
      ])
    }
  })

  test('a field that a later schema adds is not missed in records of the one before; one that it takes away is', () => {
    const one = avro({ name: 'id', type: 'int' })
    const two = avro({ name: 'id', type: 'int' }, { name: 'by', type: 'string' })
    const three = avro({ name: 'by', type: 'string' })
    const check = new SchemaCheck()
    assert.deepEqual(said(check.check({ id: 1 }, one)), [])
    assert.deepEqual(said(check.check({ id: 1, by: 'x' }, two)), [])
    assert.deepEqual(said(check.check({ id: 1 }, one)), [])
    assert.deepEqual(said(check.check({ by: 'x' }, three)), ['missing_required id (required as int)'])
  })

  test('Avro: unions, maps, enums, fixed, names of other schemas and of itself', () => {
    const tree = shapeOfAvro(
      {
        type: 'record',
        name: 'Node',
        namespace: 'shop',
        fields: [
          { name: 'value', type: ['int', 'string'] },
          { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A'] } },
          { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 } },
          { name: 'prices', type: { type: 'map', values: 'double' } },
          { name: 'address', type: 'geo.Address' },
          { name: 'children', type: { type: 'array', items: 'Node' }, default: [] },
        ],
      },
      [{ type: 'record', name: 'Address', namespace: 'geo', fields: [{ name: 'zip', type: 'string' }] }],
    )
    const node = (more: object) => ({
      value: 1,
      kind: 'A',
      hash: Buffer.alloc(4),
      prices: { a: 1, A: 2 },
      address: { zip: '1' },
      children: [],
      ...more,
    })
    const check = new SchemaCheck()
    assert.deepEqual(said(check.check(node({ children: [node({ value: 'x' })] }), tree)), [])
    const bad = node({ value: 0.5, prices: { a: 'x' }, address: { zip: 7 }, children: [node({ kind: 1 })] })
    assert.deepEqual(said(check.check(bad, tree)), [
      'type_flip value (double, registered as int or string)',
      'type_flip prices{} (string, registered as double)',
      'type_flip address.zip (int, registered as string)',
      'type_flip children[].kind (int, registered as string)',
    ])
  })

  test('a schema that brings a colliding name does not get it registered', () => {
    const check = new SchemaCheck()
    check.check({ UserName: 'a' }, avro({ name: 'UserName', type: 'string' }))
    const two = avro({ name: 'UserName', type: 'string' }, { name: 'username', type: 'string' })
    assert.deepEqual(said(check.check({ UserName: 'a', username: 'b' }, two)), [
      'case_collision username (beside UserName)',
      'case_collision UserName (beside username)',
    ])
  })

  test('JSON Schema: properties, references, alternatives, dictionaries', () => {
    const shape = shapeOfJsonSchema(
      {
        type: 'object',
        required: ['id', 'line'],
        properties: {
          id: { type: 'integer' },
          line: { $ref: '#/definitions/line' },
          other: { $ref: 'address.json' },
          either: { oneOf: [{ type: 'null' }, { type: 'string' }] },
          status: { enum: ['open', 'closed'] },
          by: { type: 'object', additionalProperties: { type: 'number' } },
          free: {},
          all: {
            allOf: [
              { type: 'object', properties: { a: { type: 'string' } } },
              { properties: { b: { type: 'string' } } },
            ],
          },
        },
        definitions: {
          line: {
            type: 'object',
            properties: { price: { type: 'number' }, next: { $ref: '#/definitions/line' } },
          },
        },
      },
      [
        {
          name: 'address.json',
          document: { type: 'object', properties: { zip: { type: ['string', 'null'] } } },
        },
      ],
    )
    const check = new SchemaCheck()
    const good = {
      id: 1,
      line: { price: 0.5, next: { price: 1 } },
      other: { zip: null },
      either: null,
      status: 'open',
      by: { x: 1, X: 2 },
      free: [1],
      all: { a: '', b: '' },
      unsaid: true,
    }
    assert.deepEqual(said(check.check(good, shape)), [])
    const bad = {
      id: 0.5,
      line: { next: { price: 'x' } },
      other: { zip: 1 },
      either: 1,
      status: 1,
      by: { x: 'x' },
      all: { b: 1 },
      unsaid: 'x',
      free: 'x',
    }
    assert.deepEqual(said(check.check(bad, shape)), [
      'type_flip id (double, registered as long)',
      'type_flip line.next.price (string, registered as double)',
      'type_flip other.zip (int, registered as string)',
      'type_flip either (int, registered as string)',
      'type_flip status (int, registered as string)',
      'type_flip by{} (string, registered as double)',
      'type_flip all.b (int, registered as string)',
      'type_flip unsaid (string, registered as boolean)',
    ])
    assert.deepEqual(said(check.check({ line: null }, shape)), [
      'missing_required id (required as long)',
      'null_violation line (null, not record)',
    ])
  })
})

test('a schema that says nothing leaves all to be learnt', () => {
  const check = new SchemaCheck()
  const shape = shapeOfJsonSchema({ title: 'Order' })
  assert.deepEqual(said(check.check({ id: 1, UserName: 'a' }, shape)), [])
  assert.deepEqual(said(check.check({ id: 'x', username: 'a' }, shape)), [
    'case_collision username (beside UserName)',
    'type_flip id (string, registered as double)',
  ])
})

test('what is restored stands as if it had never been away', () => {
  const shape = avro({ name: 'id', type: 'int' }, { name: 'note', type: optional('string') })
  const before = new SchemaCheck({ target: 'bigquery' })
  before.check({ id: 1, note: 'x', lines: [{ price: 1 }], seen: null }, shape, 'shop.Order')
  const saved = JSON.parse(JSON.stringify(before.save()))
  const after = new SchemaCheck({ target: 'bigquery' })
  after.restore(saved)
  const record = { Id: 2, id: 'x', note: 1, lines: [{ price: 'y' }], seen: true }
  assert.deepEqual(
    said(after.check(record, null, 'shop.Order')),
    said(before.check(record, null, 'shop.Order')),
  )
  assert.deepEqual(after.save(), before.save())
})

for (const saved of [null, 7, [], { k: 1 }, { k: { t: ['odd'] } }, { k: { t: null, f: { a: 1 }, i: 'x' } }]) {
  test(`what was never saved is left out: ${JSON.stringify(saved)}`, () => {
    const check = new SchemaCheck()
    check.restore(saved)
    assert.deepEqual(said(check.check({ a: 1 }, null, 'k')), [])
  })
}

describe('JSON Schema', () => {
  const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
  /** Of a first value without a fault, and of a second. */
  const second = (document: unknown, first: unknown, value: unknown) => {
    const check = new SchemaCheck()
    const shape = shapeOfJsonSchema(document)
    assert.deepEqual(said(check.check(first, shape)), [])
    return said(check.check(value, shape))
  }
  const number = { type: 'number' }
  const string = { type: 'string' }

  test('a reference to an anchor, by either name of it', () => {
    for (const name of [{ $anchor: 'line' }, { $id: '#line' }]) {
      const document = object(
        { line: { $ref: '#line' } },
        { $defs: { any: { ...object({ n: number }), ...name } } },
      )
      assert.deepEqual(second(document, { line: { n: 1 } }, { line: { n: 'x' } }), [
        'type_flip line.n (string, registered as double)',
      ])
    }
  })

  for (const $ref of [
    '#nothing',
    '#/definitions/100%',
    '#/definitions/a/b/c',
    '#/constructor',
    'gone.json#a',
  ]) {
    test(`a reference to nothing may be anything: ${$ref}`, () => {
      const document = object({ a: { $ref } }, { definitions: {} })
      assert.deepEqual(second(document, { a: 1 }, { a: 'x' }), [])
    })
  }

  test('a pointer goes through lists', () => {
    const document = object({ a: { $ref: '#/$defs/list/1' } }, { $defs: { list: [number, string] } })
    assert.deepEqual(second(document, { a: 'x' }, { a: 1 }), ['type_flip a (int, registered as string)'])
  })

  test('what stands beside alternatives holds', () => {
    const beside = object({ id: number }, { required: ['id'] })
    for (const alternatives of [
      { anyOf: [{ required: ['x'] }, { required: ['y'] }] },
      { oneOf: [object({ x: string }), object({ y: string })] },
      { allOf: [{ anyOf: [object({ x: string }), object({ y: string })] }] },
    ]) {
      assert.deepEqual(second({ ...beside, ...alternatives }, { id: 1, x: 'a' }, { id: 'x' }), [
        'type_flip id (string, registered as double)',
      ])
      assert.deepEqual(second({ ...beside, ...alternatives }, { id: 1 }, {}), [
        'missing_required id (required as double)',
      ])
    }
  })

  test('all parts say something of a field', () => {
    const document = {
      required: ['c'],
      allOf: [
        object({ a: number, o: object({ x: number }) }, { required: ['a'] }),
        object({ a: { description: 'the first' }, c: string, o: object({ y: number }, { required: ['y'] }) }),
      ],
    }
    const good = { a: 1, c: 'x', o: { x: 1, y: 1 } }
    assert.deepEqual(second(document, good, { a: 'x', c: 'x', o: { x: 'x', y: 'x' } }), [
      'type_flip a (string, registered as double)',
      'type_flip o.x (string, registered as double)',
      'type_flip o.y (string, registered as double)',
    ])
    assert.deepEqual(second(document, good, { o: {} }), [
      'missing_required a (required as double)',
      'missing_required c (required as string)',
      'missing_required o.y (required as double)',
    ])
  })

  test('within anything names collide, and no type is learnt', () => {
    const document = object({ data: {} })
    const first = { data: { n: 1, list: [1, { b: 1 }] } }
    assert.deepEqual(
      second(document, first, { data: { n: 'x', N: 1, list: ['x', { b: 'x', B: [{ c: 1, C: 1 }] }] } }),
      [
        'case_collision data.n (beside N)',
        'case_collision data.N (beside n)',
        'case_collision data.list[].b (beside B)',
        'case_collision data.list[].B (beside b)',
      ],
    )
    assert.deepEqual(second(document, first, { data: [{ n: 'x' }] }), [])
    assert.deepEqual(second(document, { data: [1] }, { data: ['x'] }), [])
  })

  test('one nested deeper than the stack', () => {
    let document: object = string
    for (let i = 0; i < 20_000; i++) document = { allOf: [document] }
    assert.deepEqual(second(object({ a: document }), { a: 'x' }, { a: 1 }), [])
  })
})
