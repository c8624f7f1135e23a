/**
 * A small Sigstore: a certificate authority, a transparency log and a trusted root, all of this
 * process, whose bundles the real library verifies. Certificates are written in DER as RFC 5280 has
 * them; the log's entry is Rekor's `dsse` 0.0.1, in a tree of one leaf.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

type Keys = ReturnType<typeof newKeys>

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

/** What GitHub says of the job that asks for a certificate, by the numbers of Fulcio's extensions. */
export const githubJob = {
  signer:
    'https://github.com/codicil/codicil/.github/workflows/attest-evidence.yml@' + 'c'.repeat(40),
  8: 'https://token.actions.githubusercontent.com',
  10: 'c'.repeat(40),
  11: 'github-hosted',
  12: 'https://github.com/acme/engine',
  13: 'd'.repeat(40),
  15: '9',
  18: 'https://github.com/acme/engine/.github/workflows/codicil.yml@refs/heads/main',
  20: 'workflow_dispatch',
  21: 'https://github.com/acme/engine/actions/runs/501/attempts/2',
}
export type Job = { [Key in keyof typeof githubJob]: string }

export interface Signing {
  job?: Partial<Job>
  /** Milliseconds by which the log was later than the certificate's beginning; it lasts ten minutes. */
  late?: number
  payloadType?: string
}

const start = Date.parse('2026-03-01T10:00:00Z')

export class Sigstore {
  readonly #authority: Keys = newKeys()
  readonly #log: Keys = newKeys()
  readonly #name: Buffer
  readonly #own: Buffer

  constructor(name = 'test authority') {
    this.#name = sequence(set(sequence(oid('2.5.4.3'), utf8(name))))
    const basic = [oid('2.5.29.19'), bool(true), octets(sequence(bool(true)))]
    const usage = [oid('2.5.29.15'), bool(true), octets(bits(Buffer.from([0x06]), 1))]
    this.#own = this.#certificate(this.#authority.publicKey, this.#name, 3650, [basic, usage])
  }

  /** The trusted root, as JSON. */
  root(change: object = {}): string {
    return JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [
        {
          baseUrl: 'https://log.test',
          hashAlgorithm: 'SHA2_256',
          publicKey: {
            rawBytes: der(this.#log).toString('base64'),
            keyDetails: 'PKIX_ECDSA_P256_SHA_256',
            validFor: { start: '2026-01-01T00:00:00Z' },
          },
          logId: { keyId: this.#logId().toString('base64') },
        },
      ],
      certificateAuthorities: [
        {
          uri: 'https://authority.test',
          certChain: { certificates: [{ rawBytes: this.#own.toString('base64') }] },
          validFor: { start: '2026-01-01T00:00:00Z' },
        },
      ],
      ctlogs: [],
      timestampAuthorities: [],
      ...change,
    })
  }

  /** A bundle that attests a statement, as JSON that a test may change. */
  attest(statement: unknown, { job = {}, late = 60_000, ...how }: Signing = {}) {
    const { payloadType = 'application/vnd.in-toto+json' } = how
    const keys = newKeys()
    const payload = Buffer.from(JSON.stringify(statement))
    const signature = sign('sha256', preAuth(payloadType, payload), keys.privateKey)
    const certificate = this.#leaf(keys, { ...githubJob, ...job })
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        certificate: { rawBytes: certificate.toString('base64') },
        tlogEntries: [this.#logged(payload, signature, certificate, start + late)],
        timestampVerificationData: { rfc3161Timestamps: [] },
      },
      dsseEnvelope: {
        payload: payload.toString('base64'),
        payloadType,
        signatures: [{ sig: signature.toString('base64') }],
      },
    }
  }

  #leaf(keys: Keys, { signer, ...said }: Job): Buffer {
    const uri = tagged(0x86, Buffer.from(signer))
    return this.#certificate(keys.publicKey, sequence(), 10 / 1440, [
      [oid('2.5.29.15'), bool(true), octets(bits(Buffer.from([0x80]), 7))],
      [oid('2.5.29.17'), bool(true), octets(sequence(uri))],
      ...Object.entries(said).map(([number, text]) => [
        oid(`1.3.6.1.4.1.57264.1.${number}`),
        octets(utf8(text)),
      ]),
    ])
  }

  /** Signed by the authority. @param days how long it is valid */
  #certificate(key: KeyObject, subject: Buffer, days: number, extensions: Buffer[][]): Buffer {
    const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
    const from = days > 1 ? Date.parse('2026-01-01T00:00:00Z') : start
    const body = sequence(
      tagged(0xa0, integer(Buffer.from([2]))),
      integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
      algorithm,
      this.#name,
      sequence(time(from), time(from + days * 86_400_000)),
      subject,
      key.export({ type: 'spki', format: 'der' }),
      tagged(0xa3, sequence(...extensions.map((one) => sequence(...one)))),
    )
    return sequence(body, algorithm, bits(sign('sha256', body, this.#authority.privateKey), 0))
  }

  #logId(): Buffer {
    return createHash('sha256').update(der(this.#log)).digest()
  }

  #logged(payload: Buffer, signature: Buffer, certificate: Buffer, at: number) {
    const pem = `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`
    const digest = createHash('sha256').update(payload).digest('hex')
    const body = Buffer.from(
      canonicalJson({
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: {
          payloadHash: { algorithm: 'sha256', value: digest },
          signatures: [
            {
              signature: signature.toString('base64'),
              verifier: Buffer.from(pem).toString('base64'),
            },
          ],
        },
      }),
    ).toString('base64')
    const integratedTime = Math.floor(at / 1000)
    const promised = { body, integratedTime, logID: this.#logId().toString('hex'), logIndex: 0 }
    const leaf = createHash('sha256')
      .update(Buffer.concat([Buffer.from([0]), Buffer.from(body, 'base64')]))
      .digest('base64')
    const note = `log.test\n1\n${leaf}\n`
    const noteSignature = Buffer.concat([this.#logId().subarray(0, 4), this.#signed(note)])
    return {
      logIndex: '0',
      logId: { keyId: this.#logId().toString('base64') },
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      integratedTime: String(integratedTime),
      inclusionPromise: {
        signedEntryTimestamp: this.#signed(canonicalJson(promised)).toString('base64'),
      },
      inclusionProof: {
        logIndex: '0',
        rootHash: leaf,
        treeSize: '1',
        hashes: [],
        checkpoint: { envelope: `${note}\n\u2014 log.test ${noteSignature.toString('base64')}\n` },
      },
      canonicalizedBody: body,
    }
  }

  #signed(text: string): Buffer {
    return sign('sha256', Buffer.from(text), this.#log.privateKey)
  }
}

/** What DSSE signs: https://github.com/secure-systems-lab/dsse, `protocol.md`. */
function preAuth(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload])
}

function der({ publicKey }: Keys): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' })
}

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 0x100), length % 0x100]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts)
const set = (...parts: Buffer[]) => tagged(0x31, ...parts)
const octets = (part: Buffer) => tagged(0x04, part)
const integer = (bytes: Buffer) => tagged(0x02, bytes)
const bool = (value: boolean) => tagged(0x01, Buffer.from([value ? 0xff : 0]))
const bits = (bytes: Buffer, unused: number) => tagged(0x03, Buffer.from([unused]), bytes)
const utf8 = (text: string) => tagged(0x0c, Buffer.from(text))
const time = (at: number) =>
  tagged(0x18, Buffer.from(new Date(at).toISOString().replaceAll(/[-:T]|\.\d+/g, '')))

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const arcs = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift(128 + (left % 128))
    }
    return groups
  })
  return tagged(0x06, Buffer.from(arcs))
}
