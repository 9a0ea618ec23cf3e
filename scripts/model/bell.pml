/* Sleeping and waking within a block: every schedule ends, and nobody sleeps while there is work for it.
 *
 * Models   src/pipeline/work.ts      runAhead, awaitTurn, perform
 *          src/pipeline/control.ts   ring, awaitBell, abortJob, takeToken, takeOrWantToken, wasTokenWanted, releaseToken
 *          src/pipeline/claims.ts    claim, claimFrontier, claimAhead, claimReturned
 *          src/pipeline/merger.ts    canConfirm, confirmReady, confirmRun, redo, executeHere, hasNews
 *          src/pipeline/advance.ts   detectInAdvance
 *          src/pipeline/steps.ts     claimStep, returnStep, supersedeStep
 *
 * Control alone, no values: an attempt ahead ends well, stale (which the holder finds out), or needing a lower step.
 *   st, att, after   control word (attempts so far) and OUT_AFTER      F   CTL_FRONTIER, steps 1..NT, 0 = before them
 *   returned         CTL_RETURNED                                      U   CTL_IN_TURN_UNTIL
 *   wanted           CTL_TOKEN_WANTED
 *   moved[s]         CTL_BELL has changed since s noted it             sleepers   CTL_SLEEPERS
 *   -DSHADOW, -DADV, -DRETREAT   the policies                          -DPHASED   pipeline 'wait'
 *   -DSTATIC   a list per slot and no theft: step i is slot i mod NS's -DABORT    the caller may abort at any time
 *   -DEARLY    a stretch in turn begins with the first step            -DCOARSE   a slot's look for work is one step, and so is moving the frontier, and ringing
 *   -DNOSTALE, -DNODEPEND, -DALLSTALE   no attempt ends so; all do
 * An attempt may take for ever as far as the others are concerned: the monitor calls it an error if somebody sleeps though
 * there is work, and all others sleep or execute.
 */
#ifndef NS
#define NS 2
#endif
#ifndef NT
#define NT 3
#endif
#ifndef CAP
#define CAP 1
#endif
#define READY 1
#define RUN   2
#define DONE  3
#define FINAL 4

byte st[NT+2], att[NT+2], after[NT+2];
bit  stale[NT+2];
byte F, U, token, sleepers, returned;
bit  closed, aborted, wanted;
bit  moved[NS], asleep[NS], busy[NS];

#ifdef STATIC
#define MINE(j,s) ((j)%NS==(s))
#else
#define MINE(j,s) true
#endif
#define AHEAD(j,c)    (st[j]==READY && att[j]<CAP && (att[j]==0 || after[j]<(c)))
#define CANCONFIRM(f) ((f)==0 || (f)>NT || aborted || st[f]>=DONE || (st[f]==READY && (f)<U))

#ifdef M_NORINGTURN                    /* the end of a stretch in turn is not told */
#define TURNED false
#else
#define TURNED (from<U && c>=U)
#endif

#ifdef COARSE
#define PASSED ; F = f }               /* the frontier moves with the record */
#else
#define PASSED } F = f
#endif

inline ring() {
#ifdef M_SLEEPERSFIRST                 /* sleepers are asked for before the bell is raised */
  n = sleepers;
  d_step { x = 0; do :: x<NS -> moved[x] = 1; x++ :: else -> break od; x = 0 };
  if :: n>0 -> d_step { x = 0; do :: x<NS -> asleep[x] = 0; x++ :: else -> break od; x = 0 } :: else fi; n = 0;
#else
  d_step { x = 0; do :: x<NS -> moved[x] = 1; x++ :: else -> break od; x = 0 };
  if
  :: sleepers>0 -> d_step { x = 0; do :: x<NS -> asleep[x] = 0; x++ :: else -> break od; x = 0 }
  :: else
  fi
#endif
}
inline giveBack(j, a) {                /* returnStep */
  after[j] = a;
#ifdef M_RETURNLATE                    /* counted after the control word says READY */
  atomic { st[j] = READY; att[j]++; stale[j] = 0; assert(att[j]<=CAP) };
  returned++
#else
  returned++;
  atomic { st[j] = READY; att[j]++; stale[j] = 0; assert(att[j]<=CAP) }
#endif
}
inline claimed(j) { st[j] = RUN; if :: att[j]!=0 -> counted = 1 :: else fi }
inline uncount() { if :: counted -> counted = 0; returned-- :: else fi }

proctype slot(byte s) {
  byte i, j, f, c, x, n, turn, from; bit news, counted, redo, idle;
loop:
#ifndef M_BELLLATE
  moved[s] = 0;                        /* the bell is noted, then work looked for */
#endif
ready:                                 /* confirmReady */
#ifdef COARSE
  atomic {
#endif
  if :: closed -> goto end :: else fi;
  f = F;
  if
  :: atomic { !CANCONFIRM(f) -> f = 0; goto work }
  :: atomic { CANCONFIRM(f) -> f = 0 }
  fi;
  if
  :: atomic { token==0 -> token = s+1 }
  :: atomic { token!=0 && !idle && turn==0 -> goto work }
#ifdef M_NOWANTED                      /* the holder is not told that somebody waits */
  :: atomic { token!=0 && (idle || turn!=0) -> goto work }
#else
  :: atomic { token!=0 && (idle || turn!=0) -> wanted = 1 }
     if
     :: atomic { token==0 -> token = s+1 }
     :: token!=0 -> goto work
     fi
#endif
  fi
#ifdef COARSE
  }
#endif
  ;
  atomic { f = F; from = f }                   /* confirmRun */
  do
  :: aborted -> closed = 1; ring(); break
  :: atomic { !aborted && f>NT -> closed = 1; break }
  :: atomic { !aborted && f==0 -> f++;
#ifdef EARLY
       U = 2
#endif
       PASSED
  :: atomic { !aborted && f>0 && f<=NT && (st[f]==RUN || (st[f]==READY && f>=U)) -> break }
  :: atomic { !aborted && f>0 && f<=NT && (st[f]==FINAL || (st[f]==DONE && !stale[f])) -> stale[f] = 0;
#ifdef RETREAT
       if :: st[f]==DONE && U<=f -> U = f+2 :: true fi;
#endif
       f++ PASSED
  :: atomic { !aborted && f>0 && f<=NT && st[f]==READY && f<U -> claimed(f) }
     uncount(); busy[s] = 1; busy[s] = 0; f++; F = f
  :: atomic { !aborted && f>0 && f<=NT && st[f]==DONE && stale[f] ->
#ifdef RETREAT
       if :: U<=f -> U = f+2 :: true fi;
#endif
       if
       :: f<U -> st[f] = RUN; att[f]++; stale[f] = 0
#ifdef SHADOW
       :: f>=U -> st[f] = RUN; att[f]++; stale[f] = 0; redo = 1
#else
       :: f>=U -> news = 1
#endif
       fi }
     if
     :: redo -> break
     :: news -> news = 0; giveBack(f, 0); break
     :: !redo && !news -> busy[s] = 1; busy[s] = 0; f++; F = f
     fi
  od;
  token = 0;
  /* hasNews */
#ifndef M_NORING
#ifdef COARSE
  atomic {
#endif
  if
#ifdef PHASED
  :: true -> news = 1
#else
  :: closed || returned!=0 -> news = 1
  :: else -> c = F; if :: c>0 && c<=NT && (st[c]==READY || TURNED) -> news = 1 :: else fi; c = 0
#endif
  fi;
  if :: news -> news = 0; ring() :: else fi
#ifdef COARSE
  }
#endif
  ;
#endif
  if
  :: redo -> busy[s] = 1; busy[s] = 0; redo = 0; st[f] = FINAL; f = 0; from = 0; goto ready
  :: else
  fi;
  f = 0; from = 0;
#ifndef M_NORECHECK                    /* who found nothing to do does not look at the frontier again */
  if
  :: idle || turn!=0 -> goto ready
  :: else -> if :: atomic { wanted -> wanted = 0; goto ready } :: else fi
  fi;
#endif

work:
#ifdef PHASED
  if :: turn!=0 -> c = F; if :: c>turn || closed -> turn = 0; c = 0; goto loop :: else fi :: else fi;
#endif
#ifdef COARSE
  atomic {
#endif
  if :: closed -> goto end :: else fi;
  c = F;
  /* claimFrontier */
  if
  :: atomic { c>0 && c<=NT && c>=U && MINE(c,s) && st[c]==READY -> claimed(c); i = c; goto perform }
  :: else
  fi;
  if :: c<U -> goto nothing :: else fi;
#ifdef PHASED
  if :: turn!=0 -> goto nothing :: else fi;
#endif
  j = c; if :: j==0 -> j = 1 :: else fi;
  do
  :: atomic { j<=NT && AHEAD(j,c) && MINE(j,s) -> claimed(j); i = j; goto perform }
  :: atomic { j<=NT && !(AHEAD(j,c) && MINE(j,s)) -> j++ }
  :: j>NT -> break
  od
#ifdef COARSE
  }
#endif
  ;
nothing:
  atomic { j = 0; c = 0; if :: !idle && turn==0 -> idle = 1; goto loop :: else fi };
#ifdef ADV
  if
#ifdef PHASED
  :: turn!=0
#endif
  :: atomic { turn==0 && token==0 -> token = s+1 }
     f = F+1;
     do
     :: f>NT -> break
     :: atomic { f<=NT && !(st[f]==DONE && stale[f] && att[f]+1<CAP) -> f++ }
     :: atomic { f<=NT && st[f]==DONE && stale[f] && att[f]+1<CAP -> skip } giveBack(f, 0); f++; news = 1
     od;
     f = 0;
     token = 0;
     if
     :: news -> news = 0;
#ifndef M_NORINGADV                    /* what was taken back is not told */
        ring();
#endif
        goto loop
     :: else
     fi;
     c = F;
     if :: atomic { CANCONFIRM(c) -> c = 0; goto loop } :: atomic { else -> c = 0 } fi
  :: token!=0
  fi;
#endif
#ifdef M_BELLLATE                      /* the bell is noted after work was looked for */
  moved[s] = 0;
#endif
  sleepers++;                          /* awaitBell */
  atomic { if :: moved[s] :: else -> asleep[s] = 1 fi };
  (!asleep[s]);
  sleepers--;
  goto loop;

perform:
  uncount();
  atomic { j = 0; c = 0; turn = 0; idle = 0 };
  if
  :: atomic { F==i -> busy[s] = 1 } atomic { busy[s] = 0; st[i] = FINAL }
  :: atomic { F!=i -> busy[s] = 1 }
     atomic { busy[s] = 0;
       if
#ifndef ALLSTALE
       :: true
#endif
#ifndef NOSTALE
       :: stale[i] = 1
#endif
#ifndef NODEPEND
       :: i>1 && F<i -> f = i-1
       :: i>2 && F<i-1 -> f = i-2
       :: i>3 && F<i-2 -> f = i-3
#endif
       fi };
     if
     :: f!=0 -> giveBack(i, f); f = 0
     :: else -> st[i] = DONE
     fi
  fi;
#ifdef PHASED
  turn = i;
#endif
  i = 0;
  goto loop;
end:
  busy[s] = 1
}

#ifdef ABORT
proctype caller() { byte x, n; aborted = 1; ring() }
#endif

#define QUIET(s) (asleep[s] || busy[s])
#if NS==2
#define ALLQUIET  (QUIET(0) && QUIET(1))
#define SLEEPS(j) ((asleep[0] && MINE(j,0)) || (asleep[1] && MINE(j,1)))
#else
#define ALLQUIET  (QUIET(0) && QUIET(1) && QUIET(2))
#define SLEEPS(j) ((asleep[0] && MINE(j,0)) || (asleep[1] && MINE(j,1)) || (asleep[2] && MINE(j,2)))
#endif
#ifdef PHASED
#define OPEN(j) (j<=NT && F==j && st[j]==READY)
#else
#define OPEN(j) (j<=NT && SLEEPS(j) && ((F==j && st[j]==READY) || AHEAD(j,F)))
#endif

#ifndef NOMONITOR
active proctype monitor() {
end:
  do
  :: atomic { ALLQUIET && !closed && F>=U && (OPEN(1) || OPEN(2) || OPEN(3) || OPEN(4) || OPEN(5)) -> assert(false) }   /* lost wake-up */
  :: atomic { ALLQUIET && (asleep[0] || asleep[1] || asleep[NS-1]) && !closed && token==0 && CANCONFIRM(F) -> assert(false) }  /* lost result */
  od
}
#endif

init {
  byte j = 1;
  atomic {
    do :: j<=NT -> st[j] = READY; j++ :: else -> break od;
    run slot(0); run slot(1);
#if NS>2
    run slot(2);
#endif
#ifdef ABORT
    run caller()
#endif
  }
}
