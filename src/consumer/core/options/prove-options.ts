import { nearest } from '../../../model/nearest.ts'
import { faultOf, isObject, kindText, type OptionRule } from './option-rule.ts'

type Rules = Readonly<Record<string, OptionRule>>

/** Throws a TypeError with a line for each fault of the options, those with names that nobody knows among them. */
export function proveOptions(of: string, options: unknown, rules: Rules): void {
  refuse(of, faultsWithin(options, rules))
}

/** Throws where there are faults. `of` is what was called. */
export function refuse(of: string, faults: readonly string[]): void {
  if (faults.length > 0) throw new TypeError(faults.map(fault => `${of}: ${fault}`).join('\n'))
}

/** Of an object of options; `within` names the option that it is, and is empty for all of them. */
export function faultsWithin(options: unknown, rules: Rules, within = ''): readonly string[] {
  if (!isObject(options) || Array.isArray(options)) {
    return [faultOf(within === '' ? 'options' : within, kindText(options), 'an object')]
  }
  const place = (name: string) => (within === '' ? name : `${within}.${name}`)
  const known = Object.entries(rules).flatMap(([name, { mayBeLeftOut, faultsIn }]) => {
    const value = options[name]
    return value === undefined && mayBeLeftOut ? [] : faultsIn(value, place(name))
  })
  const names = Object.keys(rules)
  const unknown = Object.keys(options).filter(name => !names.includes(name))
  return [...known, ...unknown.map(name => `${place(name)}: unknown option, ${hint(name, names)}`)]
}

function hint(name: string, names: readonly string[]): string {
  const near = nearest(name, names)
  return near === null ? `expected one of ${names.join(', ')}` : `did you mean ${near}?`
}
