// A real PDS and PLC directory on loopback, and a bridge that gives their subscribeRepos stream in Jetstream's v1 frames.
// Prints one line of JSON with the addresses, then runs until its standard input ends.
import { once } from 'node:events'

import { TestNetworkNoAppView } from '@atproto/dev-env'
import { lexToJson } from '@atproto/lexicon'
import { Firehose } from '@atproto/sync'
import { WebSocketServer } from 'ws'

const network = await TestNetworkNoAppView.create({})
const frames = []
const listeners = new Set()
let latest = 0

function timeOf(event) {
  latest = Math.max(latest + 1, Date.parse(event.time) * 1000)
  return latest
}

function frameOf(event) {
  const frame = { did: event.did, time_us: timeOf(event) }
  if (event.event === 'identity') {
    const { did, handle, seq, time } = event
    return { ...frame, kind: 'identity', identity: { did, handle, seq, time } }
  }
  if (event.event === 'account') {
    const { active, did, seq, time } = event
    return { ...frame, kind: 'account', account: { active, did, seq, time } }
  }
  const { rev, collection, rkey } = event
  const commit = { rev, operation: event.event, collection, rkey }
  if (event.event !== 'delete') {
    commit.record = lexToJson(event.record)
    commit.cid = event.cid.toString()
  }
  return { ...frame, kind: 'commit', commit }
}

function wanted(listener, frame) {
  const { collections, since } = listener
  const chosen = frame.kind !== 'commit' || collections.length === 0 || collections.includes(frame.commit.collection)
  return chosen && frame.time_us >= since
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/subscribe' })
server.on('connection', (socket, request) => {
  const query = new URL(request.url, 'ws://localhost').searchParams
  const listener = { socket, collections: query.getAll('wantedCollections'), since: Number(query.get('cursor') ?? 0) }
  for (const frame of query.has('cursor') ? frames : []) {
    if (wanted(listener, frame)) socket.send(JSON.stringify(frame))
  }
  listeners.add(listener)
  socket.on('close', () => listeners.delete(listener))
})

await once(server, 'listening')

// From the first event on, one after the other.
let last = Promise.resolve()
const inOrder = {
  getCursor: () => 0,
  trackEvent: async (_did, _seq, handle) => {
    last = last.then(handle)
    await last
  },
}
const firehose = new Firehose({
  idResolver: network.pds.ctx.idResolver,
  service: network.pds.url.replace('http', 'ws'),
  unauthenticatedCommits: true,
  unauthenticatedHandles: true,
  excludeSync: true,
  runner: inOrder,
  onError: (error) => process.stderr.write(`firehose: ${error}\n`),
  handleEvent: (event) => {
    const frame = frameOf(event)
    frames.push(frame)
    for (const listener of listeners) {
      if (wanted(listener, frame)) listener.socket.send(JSON.stringify(frame))
    }
  },
})
firehose.start()

process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
const jetstream = `ws://127.0.0.1:${server.address().port}/subscribe`
const addresses = { pds: network.pds.url, plc: network.plc.url, jetstream }
process.stdout.write(`${JSON.stringify(addresses)}\n`)
