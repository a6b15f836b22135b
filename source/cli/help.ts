/** `--help`. The README's tables say the same at length. */
export const help = `
  Usage
    $ promptbatch-tui                        recent runs and their state
    $ promptbatch-tui <spec.yaml>            run the spec, or resume it: the same command, always
    $ promptbatch-tui <file.jsonl|.csv>      run a prompto experiment or a batch input file without a spec
    $ promptbatch-tui check <spec>           validate, count tokens, estimate cost; no network, nothing written
    $ promptbatch-tui status <spec|run dir>  where a run stands (--json)
    $ promptbatch-tui export <spec|run dir>  results so far (--output FILE, --format jsonl|csv, --failed;
                                             --compare[=PATH]: models side by side, and how often they agree)
    $ promptbatch-tui verify <spec|run dir>  recompute every total from the journal and prove that no request is lost;
                                             0 sound, 1 not (--json)
    $ promptbatch-tui wipe <spec|run dir>    --failed: queue them again; --requests: all unfinished ones, batches are
                                             cancelled; --all: remove the run
    $ promptbatch-tui doctor <spec|run dir>  mend a damaged run from its journal, name what is lost (--json)
    $ promptbatch-tui missing --input F --output F  what an output made elsewhere does not answer, as a new input
                                             file (--new FILE; else to stdout)
    $ promptbatch-tui calibrate <spec>       10, then 100 requests direct; proposes max tokens and completion ratio
    $ promptbatch-tui simulate [SCRIPT]      the built-in OpenAI-compatible simulator (--port N)
    $ promptbatch-tui init [file]            write a commented starter spec

  A run
    --simulate[=SCRIPT]    against the built-in simulator: no key, no network, no cost
    --display NAME         full, plain, json or none
    --exit-when-done       leave the full screen when the run is finished
    --dir DIR              run directory (default: beside the spec, <name>.promptbatch)
    --mode NAME            auto, batch or direct; --force-direct is --mode direct
    --concurrency N        calls in flight at once
    --rpm N, --tpm N       requests and tokens per minute, each queue
    --max-retries N        retries after the first attempt
    --retry-fatal          failures that are final otherwise use up retries as well
    --process-failed-batches N  batches that may fail as a whole; -1 any number
    --max-cost USD         ceiling of the whole run; reaching it pauses and loses nothing
    --max-session-cost USD, --max-session-requests N  ceilings of this session
    --only-process         collect what is remote already, send nothing new
    --wipe-failed          give what failed for good a fresh start, then run
    --wipe-requests        drop what has no result yet, batches at the API included, then run
    --wipe-task            remove the run and all of its files, then run
    --dry-run              show what would be sent; write and send nothing
    --set KEY.PATH=VALUE   override an operational key of the spec for this session
    --canary 1%            send this part first, direct, then stop with a summary; --unpause or --yes goes on
    --unpause              go on with a run that was paused by p or a canary, or stopped by a guard
    --adopt FILE           take over the answers of a batch's output file, matched by custom_id, then ask the rest
    --reinit-meta          accept a changed spec for an existing run
    --no-run               create or open the run, send nothing
    --base-url URL         where to send
    --api-key-env NAME     the variable that holds the key
    --env-file FILE        a .env file (default .env)
    --allow-http           plain http with a key beyond loopback
    --wait-lock            wait for another instance instead of ending with 4
    --yes                  answer confirmations, the canary's too
    --on-hangup NAME       save (default) or continue: what a terminal that goes away does to the run
    --verbose NAME         never (default), error, warn or always: calls whose request and answer are shown whole
    --screen-reader        lines that can be read aloud instead of panes, with the same keys
    --readonly             only watch: keys that change the run are off
    --fps N, --ascii, --no-color

  Exit codes
    0 every request has a result   1 some failed for good   2 wrong usage or spec
    3 stopped by a ceiling, a guard, a hold or a pause, resumable   4 another instance holds the run
    70 a bug of ours   130 SIGINT or quit   143 SIGTERM   129 SIGHUP
`;
