import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseMatchers } from '../../src/cli/rule-matchers.ts'

const VALID: readonly (readonly [text: string, matchers: readonly string[]])[] = [
  ['job="kafka"', ['job="kafka"']],
  ['{job="kafka"}', ['job="kafka"']],
  [' { job = "kafka" , } ', ['job="kafka"']],
  [
    'job="kafka",kafka_cluster=~"prod-.*",env!="dev",pod!~"old-.+"',
    ['job="kafka"', 'kafka_cluster=~"prod-.*"', 'env!="dev"', 'pod!~"old-.+"'],
  ],
  ['job=\'a "b"\'', ['job="a \\"b\\""']],
  ['topic=`a\\.b`', ['topic="a\\\\.b"']],
  ['topic=~"a\\\\.b"', ['topic=~"a\\\\.b"']],
  ['job="a,b}"', ['job="a,b}"']],
  ['job=""', ['job=""']],
  ['job="\\u00e4\\t"', ['job="ä\\t"']],
  ['job=~"(?i)kafka"', ['job=~"(?i)kafka"']],
]

for (const [text, matchers] of VALID) {
  it(`reads ${text}`, () => {
    assert.deepEqual(parseMatchers(text), { matchers })
  })
}

const INVALID: readonly (readonly [text: string, problem: string])[] = [
  ['', 'at character 1: got the end, expected a label name'],
  ['{}', 'at character 2: got "}", expected a label name'],
  ['job', 'at character 4: got the end, expected =, !=, =~ or !~'],
  ['job=kafka', 'at character 5: got "kafka", expected a value in quotes'],
  ['job="kafka', 'at character 5: got "\\"kafka", expected a value that ends with "'],
  ['job="a" pod="b"', 'at character 9: got "pod=\\"b\\"", expected ","'],
  ['{job="a"', 'at character 9: got the end, expected "," or "}"'],
  ['{job="a"} or', 'at character 11: got "or", expected nothing more'],
  ['job="a",,', 'at character 9: got ",", expected a label name'],
  ['9job="a"', 'at character 1: got "9job=\\"a\\"", expected a label name'],
  ['job=="a"', 'at character 5: got "=\\"a\\"", expected a value in quotes'],
  ['job="a\\d"', 'at character 7: got "\\\\d\\"", expected \\\\ for a backslash'],
  ['job=~"a("', 'at character 6: got "a(", expected a pattern: unterminated group'],
  [
    '__name__="kafka_up"',
    'at character 1: got "__name__=\\"kafka_up\\"", expected another label: each rule names its metrics',
  ],
]

for (const [text, problem] of INVALID) {
  it(`says where ${JSON.stringify(text)} is wrong`, () => {
    assert.deepEqual(parseMatchers(text), { problem })
  })
}
