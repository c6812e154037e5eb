// The properties of fast-check are tested with the same values each time, so that a change is not refused for a
// fault that it did not bring. PROPERTY_SEED=random, or a number, looks at others.
import fc from 'fast-check'

const FIXED = 20_260_101
const { PROPERTY_SEED } = process.env
if (PROPERTY_SEED !== 'random') {
  const seed = Number(PROPERTY_SEED || FIXED)
  if (!Number.isInteger(seed))
    throw new Error(`PROPERTY_SEED: got ${PROPERTY_SEED}, expected random or a whole number`)
  fc.configureGlobal({ seed })
}
