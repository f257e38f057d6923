from __future__ import annotations
import numpy as np
from fingerprints.contract import *
from fingerprints.errors import *
from tests.contract.fingerprints.suite import ModalitySuite, NearDuplicate, Refused, Sample

class Toy:
    name="toy"; version=1; span_unit="x"; media_types=frozenset({"a/b"})
    def extract(self, source, *, limits, media_type=None):
        b=source.read(limits.input_bytes+1)
        if len(b)>limits.input_bytes: raise TooLarge("input_bytes", limits.input_bytes)
        if not b: raise NothingToPrint("e")
        return Fingerprint("toy",1,(Part(0.0,np.unique(np.frombuffer(b,np.uint8)).astype(np.int64),b),),float(len(b)))
    def probe(self,f): return Probe("toy",1,tuple(p.terms for p in f.parts))
    def verify(self,q,r):
        if not r.parts: return Comparison(0.,0.,"b")
        a,b=q.parts[0].signature,r.parts[0].signature
        s=len(set(a)&set(b))/len(set(a)|set(b))
        return Comparison(s,1-s,"b",(Aligned((0.,q.extent),(0.,r.extent)),) if s>=.5 else ())
class TestToy(ModalitySuite):
    modality=Toy()
    originals=(Sample("a",b"abcdef"),Sample("b",b"zyxwt"))
    near_duplicates=(NearDuplicate("cut",Sample("ac",b"abcde"),"a"),)
    strangers=(Sample("s",b"1234"),)
    refused=(Refused(Sample("empty",b""),NothingToPrint),)
