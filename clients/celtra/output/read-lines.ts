import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { contractError, type JsonCall } from '../../http/call-json';
import { looksLikeHtml, parseJson } from '../../http/error-body';
import { MAX_JSON_DEPTH, exceedsMaxDepth } from '../../http/json-depth';
import type { StreamedResponse } from '../../http/streamed-response';
import { describeIssues } from '../../wire-values';
import { celtraOutputSchema } from './output';
import { LineTooLongError, splitLines, type Line } from './split-lines';
import { redactAddresses } from './redact-addresses';

/**
 * Reads an answer in JSON Lines, one output after the other, each id once; `check` looks at each as it was printed. An
 * answer that is a JSON list instead is understood too, held in memory as a whole. Errors name the line, or the place
 * in the list.
 */
export async function* readLines(
  answer: StreamedResponse,
  call: JsonCall,
  maxLineBytes: number,
  check: (printed: unknown) => void,
): AsyncGenerator<CeltraOutput, void, undefined> {
  const seen = new Set<string>();
  let last = 0;
  const chunks = answer.chunks(() => (last === 0 ? 'before its first line' : `after line ${last}`));
  try {
    for await (const line of splitLines(chunks, maxLineBytes)) {
      for (const { printed, place } of parseLine(line, call, answer.status)) {
        const output = parseOutput(printed, place, call, answer.status);
        check(printed);
        // Outputs with the same id are the same (docs/reference/celtra.md#entities).
        if (seen.has(output.outputId)) continue;
        seen.add(output.outputId);
        yield output;
      }
      last = line.number;
    }
  } catch (error) {
    if (!(error instanceof LineTooLongError)) throw error;
    const what = `sent a line ${error.lineNumber} of more than ${maxLineBytes} bytes, which is the set limit`;
    throw contractError(call, what, { status: answer.status });
  } finally {
    answer.discard();
  }
}

interface ParsedLine {
  readonly printed: unknown;
  /** Where it stands, for errors. */
  readonly place: string;
}

function parseLine(line: Line, call: JsonCall, status: number): ParsedLine[] {
  const json = parseJson(line.text);
  const fault = (found: string) =>
    contractError(call, `answered with ${status} and, in line ${line.number}, ${found}`, {
      status,
      text: redactAddresses(line.text),
    });
  if (json === undefined) {
    throw fault(looksLikeHtml(line.text) ? 'an HTML page' : 'a text that is not JSON, or not all of it');
  }
  if (exceedsMaxDepth(json)) throw fault(`JSON that is nested more than ${MAX_JSON_DEPTH} levels deep`);
  if (Array.isArray(json)) return json.map((printed: unknown, index) => ({ printed, place: `$[${index}]` }));
  return [{ printed: json, place: `line ${line.number}, $` }];
}

function parseOutput(printed: unknown, place: string, call: JsonCall, status: number): CeltraOutput {
  const parsed = celtraOutputSchema.safeParse(printed);
  if (parsed.success) return parsed.data;
  const issues = describeIssues(parsed.error).replaceAll('$', () => place);
  throw contractError(call, `sent something that extpost does not understand (${issues})`, {
    status,
    text: redactAddresses(JSON.stringify(printed)),
  });
}
