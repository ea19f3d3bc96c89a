/**
 * Shapes of the API's answers (queries/results.py) and of a view. Types only, for editors and checkers.
 *
 * @typedef {{id: string, kind: string, name: string, code: ?string, town: ?string, status: ?string,
 *   score: ?number, risk_class: ?string, links: number}} Party
 * @typedef {{id: string, type: string, source: string, target: string, standing: "recorded"|"inferred"|"context",
 *   label: ?string, percent: ?number, count: number, valid_from: ?string, valid_to: ?string, origin: ?string}} Relation
 * @typedef {{type: string, direction: "out"|"in"|"both", total: number, shown: number, hub: boolean}} RelationCount
 * @typedef {{centre: ?string, parties: Party[], relations: Relation[], positions: Record<string, [number, number]>,
 *   counts: RelationCount[], truncated: boolean}} Network
 * @typedef {{source: string, target: string, hops: ?number, max_hops: number, paths: string[][], texts: string[],
 *   network: Network}} PathAnswer
 * @typedef {{feature: string, dimension: string, title: string, points: number, value: ?number, explanation: string,
 *   source: string, legal_basis: ?string, last_date: ?string, records: string[], path: string[]}} Contribution
 * @typedef {{x: number, y: number}} Point
 *
 * @typedef {Object} View What is on the stage. Never changed in place: every action makes a new one, so undo
 *   is a list of views.
 * @property {?string} centre
 * @property {Map<string, Party>} parties
 * @property {Map<string, Relation>} relations
 * @property {Map<string, Point>} positions
 * @property {Set<string>} pinned
 * @property {Map<string, string[]>} added party expanded → parties this expansion brought
 */
export {};
