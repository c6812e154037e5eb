/** As Prometheus writes it: 90s, 5m, 2h. */
export type PromDuration = `${number}${'s' | 'm' | 'h' | 'd'}`
