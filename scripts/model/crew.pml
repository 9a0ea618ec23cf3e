/* Jobs one after another: post, wake up, join, work, close, leave, use the memory again.
 *
 * Models   src/pipeline/control.ts   postJob, awaitJob, joinJob, closeJob, leaveJob, postStop, jobEnded
 *          src/pipeline/job.ts       readJob
 *          src/pipeline/calls.ts     workOnCalls
 *          src/pipeline/work.ts      workOn, workUntilStopped
 *
 *   job      CTL_JOB, the number that sleeping slots wait on
 *   crew     CTL_CREW: number, closed, members in one word: cnum, closed, members change in one step
 *   fin      CTL_FINISHED
 *   area     ghost: whose the memory of the job is; 0 while the caller lays out the next one or reads results
 * A task takes any time. A slot may sleep through jobs, come late into one, or find it closed.
 */
#ifndef NS
#define NS 2
#endif
#ifndef NJ
#define NJ 3
#endif
#ifndef NTASK
#define NTASK 2
#endif
#define STOP (NJ+1)
byte job, cnum, members, fin, area, next;
bit closed = 1;                        /* no job is open before the first */
bit asleep[NS];
byte did[NTASK+1];                     /* ghost: how often each task was done in this job */

inline wake() { d_step { x = 0; do :: x<NS -> asleep[x] = 0; x++ :: else -> break od; x = 0 } }

proctype slot(byte s) {
  byte last, n, c, t, k;
again:
  /* awaitJob */
  atomic { if :: job!=last :: job==last -> asleep[s] = 1 fi };        /* Atomics.wait compares and sleeps at once */
  (!asleep[s]);
  last = job;
  if :: last==STOP -> goto end :: else fi;
  /* joinJob */
#ifdef M_TWOWORDS                      /* number and members in two words */
  if :: closed -> goto again :: else -> n = cnum fi;
  members++;
#else
  do
  :: atomic { closed -> goto again }
  :: d_step { !closed -> n = cnum; c = members }
     atomic {
       if
       :: !closed && cnum==n && members==c -> members++; c = 0; break
       :: else -> c = 0; n = 0
       fi }
  od;
#endif
#ifdef M_OWNNUMBER                     /* it takes itself to be in the job that woke it */
  n = last;
#endif
  /* workOnCalls: claimNext is one Atomics.add */
  do
  :: assert(area==n);                  /* the job's memory is the job's as long as it works */
     atomic { t = next; next++; if :: next>NTASK+NS -> next = NTASK+NS :: else fi };
     if
     :: t>=NTASK -> t = 0; break
     :: else -> assert(area==n); did[t]++; t = 0
     fi
  od;
  if :: !closed -> closed = 1 :: else fi;                              /* under the token in a job of calls */
  assert(area==n);
  /* leaveJob */
#ifdef M_CLOSERENDS                    /* who closed it tells the caller, whoever else is inside */
  atomic { members--; fin = n };
#elif defined(M_LOADLEAVE)             /* members are looked at in a second step */
  members--;
  if :: closed && members==0 -> fin = n :: else fi;
#else
  atomic { members--; k = (closed && members==0) };
  if :: k -> fin = n; k = 0 :: else fi;
#endif
  n = 0;
  goto again;
end:
  skip
}

proctype caller() {
  byte j = 1, x;
  do
  :: j<=NJ ->
     /* lay the block out, reset the words: nobody is inside */
     assert(members==0);
     d_step { x = 0; do :: x<NTASK -> did[x] = 0; x++ :: else -> break od; x = 0 };
#ifdef M_OPENFIRST                     /* the crew word is opened before the rest is there */
     d_step { cnum = j; closed = 0 };
     area = j; next = 0;
     job = j; wake();
#elif defined(M_WAKEFIRST)             /* slots are woken before the job is open */
     area = j; next = 0;
     job = j; wake();
     d_step { cnum = j; closed = 0 };
#else
     area = j; next = 0;
     d_step { cnum = j; closed = 0 };
     job = j; wake();
#endif
     (fin==j);                         /* jobEnded */
     d_step { x = 0; do :: x<NTASK -> assert(did[x]==1); x++ :: else -> break od; x = 0 };
     area = 0;                         /* the result is read, the memory used for something else */
     j++
  :: else -> break
  od;
  job = STOP; wake()
}

init { atomic { run caller(); run slot(0); run slot(1);
#if NS>2
  run slot(2)
#endif
} }
