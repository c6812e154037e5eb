import { faultOf, isObject, kindText, type OptionRule, valueText } from '../core/options/option-rule.ts'

/** Lists of the names of checks, by names of services. `known`: the checks that there are. */
export function checksByService(known: readonly string[]): OptionRule {
  return {
    mayBeLeftOut: true,
    faultsIn(value, at) {
      if (!isObject(value)) return [faultOf(at, kindText(value), 'lists of checks by names of services')]
      return Object.entries(value).flatMap(([service, checks]) => {
        const place = `${at}[${JSON.stringify(service)}]`
        if (!Array.isArray(checks)) return [faultOf(place, kindText(checks), 'a list of checks')]
        return checks.flatMap((check, i) =>
          known.includes(check)
            ? []
            : [faultOf(`${place}[${i}]`, valueText(check), `one of ${known.join(', ')}`)],
        )
      })
    },
  }
}
