//! The small functions that generated code calls, each only where something needs it.

/// Functions that generated code may call: name, what each calls itself, source.
///
/// They are written for what CloudFront Functions document: no classes, no `for…of`, no default parameters, nothing async.
const HELPERS: &[(&str, &[&str], &str)] = &[
    // Percent-encodes what an expression finds, as UTF-8. Buffer takes any text; encodeURIComponent throws on half a pair.
    ("E", &[], "const E=(s,r)=>s.replace(r,c=>Buffer.from(c).toString('hex').toUpperCase().replace(/../g,'%$&'))"),
    // The normalised path, see `selvedge_plan::path`. Segment by segment: 8 KB of `/..` would take a second, one by one.
    (
        "N",
        &["E"],
        r"function N(p){const o=[]
p.replace(/%2e/gi,'.').replace(/^[/\\]?|\\/g,'/').replace(/\/\.\.?$/,'$&/').split('/').forEach(x=>x=='..'?o[1]!=null&&o.pop():x=='.'||o.push(x))
return E(o.join('/'),/[^!$-;=@-\[\]_a-z|~]+/g).replace(/(%[\da-f]?|)%([\da-f]{2})/gi,(m,a,x,c)=>a+((a?/[g-z_.~-]/i:/[\w.~-]/).test(c=String.fromCharCode('0x'+x))?c:'%'+x.toUpperCase()))}",
    ),
    // A target, unless a value made a dot segment of its path.
    ("ok", &[], r"const ok=x=>!/(^|[/\\]|%2f|%5c)(\.|%2e){1,2}($|[;/\\]|%2f|%5c)/i.test(x.split(/[?#]/)[0])&&x"),
    // As before, of which all slashes at its start are one: more would name a host.
    ("D", &["ok"], r"const D=x=>ok(x)&&x.replace(/^\/+/,'/')"),
    // As before, of parts: none where a part must be there and is not.
    ("DD", &["D"], "const DD=a=>!a.includes(null)&&D(a.join(''))"),
    // A location of text, of parts of the normalised path, which has no other form of these, and of a query.
    ("p_", &["Q"], r"const p_=(x,s)=>!/(\/|%2F|%5C)\.{1,2}($|[;/]|%2F|%5C)/.test(x)&&Q(x,s)"),
    // The same by what is there already.
    ("p_ok", &[], "const p_=(x,s)=>ok(x)&&Q(x,s)"),
    // A location of a path and a query, each with what may not stand there percent-encoded.
    ("Q", &["E"], r"const Q=(x,s)=>E(s?x+'?'+s:x,/%(?![\da-f]{2})|[^\w~!$-;=?@]+/gi)"),
    // The values of a header or cookie.
    ("V", &[], r"const V=o=>o?(o.multiValue||[o]).map(x=>x.value.replace(/^[ \t]+|[ \t]+$/g,'')):[]"),
    // A member that is the object's own.
    ("O", &[], "const O=(o,n)=>Object.prototype.hasOwnProperty.call(o,n)?o[n]:undefined"),
    // Form-decoded text, as far as it is ASCII: enough where it is compared with such text.
    ("F", &[], r"const F=s=>s.replace(/\+/g,' ').replace(/%([0-7][\da-f])/gi,(m,x)=>String.fromCharCode('0x'+x))"),
    // All of it. Where something needs this, all have it.
    ("FF", &["f", "F"], r"const F=s=>f(s.replace(/\+/g,' '))"),
    // The pairs of a query, decoded as far as they are ASCII; an equals sign stays, so that the first one ends the name.
    (
        "qp",
        &[],
        r"const qp=s=>s.split('&').map(x=>x.replace(/%(?!3d)([0-7][\da-f])/gi,(m,x)=>String.fromCharCode('0x'+x)))",
    ),
    // The values of a parameter, as they were sent.
    ("G", &["F"], "const G=(s,n)=>s.split('&').filter(x=>F(x.split('=')[0])==n).map(x=>x.replace(/^[^=]*=?/,''))"),
    // Form-encoded text, encoded for another place.
    (
        "Z",
        &["E"],
        r"const Z=(s,r)=>s.replace(/\+/g,' ').replace(/%([\da-f]{2})|[^\x00-\x7f]+|[\s\S]/gi,(c,x)=>x&&(c=String.fromCharCode('0x'+x))>'\x7f'?'%'+x.toUpperCase():E(c,r))",
    ),
    // ASCII letters in lower case; digits of escapes stay.
    ("B", &[], r"const B=s=>s.replace(/%[\s\S]{0,2}|[A-Z]+/g,x=>x[0]=='%'?x:x.toLowerCase())"),
    ("b", &[], "const b=s=>s.replace(/[A-Z]+/g,x=>x.toLowerCase())"),
    // The host field, where it is a host and a port; and its name.
    (
        "H",
        &[],
        r"function H(o){const m=o&&/^([\w.-]+)(?::0*(\d{0,5}))?$/.exec(o.value)
return m&&!(m[2]>65535)?m[1].replace(/\.$/,'').toLowerCase():null}",
    ),
    // A host in an authority: an address is not the end of a longer name.
    (
        "J",
        &["H"],
        r"const J=(o,a,n)=>{const x=H(o)
return x!=null&&(a||/(^|\.)[a-z][^.]*$/.test(x))?n?o.value.replace(/:.*/,''):o.value:null}",
    ),
    // 32 hexadecimal digits of an address.
    (
        "I",
        &[],
        r"function I(a){const m=/^(.*:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(a)
if(m)a=(m[1]||'::ffff:')+(m[2]*256+ +m[3]).toString(16)+':'+(m[4]*256+ +m[5]).toString(16)
const l=a.split('::').map(x=>x?x.split(':'):[]),x=l[0],y=l[1]||[]
while(x.length+y.length<8&&l[1])x.push('0')
return x.concat(y).map(x=>('000'+x).slice(-4)).join('').toLowerCase()}",
    ),
    // RFC 4647 §3.4. The end of what is left is counted: a range has as many subtags as the viewer likes.
    (
        "L",
        &["b"],
        r"function L(s,l){const k=l.map(b)
var b0=0,r=l[0]
s.split(/[,\n]/).forEach(x=>{const a=x.split(';').map(x=>x.replace(/^[ \t]+|[ \t]+$/g,'')),m=/^q=(?:(0)(?:\.(\d{0,3}))?|(1)(?:\.0{0,3})?)$/i.exec(a[1])
const w=a.length<2?1000:m?m[3]?1000:+((m[2]||'')+'000').slice(0,3):0,g=b(a[0])
var i=g.length
while(w>b0&&i>0){const n=k.findIndex(x=>x.length==i&&g.startsWith(x))
if(n>=0){b0=w
r=l[n]}
i=g.lastIndexOf('-',i-1)
if(g[i-2]=='-')i-=2}})
return r}",
    ),
    // A target with the request's query, unless it has one of its own; before a fragment.
    (
        "U",
        &["E"],
        r"const U=(l,s)=>{const a=l.split('#')[0]
return!s||a.includes('?')?l:a+'?'+E(s,/%(?![\da-f]{2})|[^\w~!$-;=?@]+/gi)+l.slice(a.length)}",
    ),
    // As before, less the names that the target has.
    (
        "um",
        &["E"],
        r"function um(l,s){const a=l.split('#')[0],i=a.indexOf('?'),n=x=>x.split('=')[0],k=i<0?[]:a.slice(i+1).split('&').filter(x=>x).map(n)
const o=s.split('&').filter(x=>x&&!k.includes(n(x))).map(x=>E(x,/%(?![\da-f]{2})|[^\w~!$-;=?@]+/gi)).join('&')
return o?a+(i<0?'?':i+1<a.length?'&':'')+o+l.slice(a.length):l}",
    ),
    // Whether a location is this path and query.
    (
        "Y",
        &[],
        "const Y=(l,u,s)=>{l=l.split('#')[0]
const i=l.indexOf('?')
return(i<0?l:l.slice(0,i)||'/')==u&&(i<0?'':l.slice(i+1))==s}",
    ),
    // Whether an absolute location is the request's own.
    (
        "y",
        &["Y", "b"],
        r"const y=(l,u,s,h)=>{const f=h['cloudfront-forwarded-proto'],c=f?f.value:'https',m=/^(\w+):\/\/([^\/?#]*)([^#]*)/.exec(l),o=x=>b(x).replace(b(c)=='http'?/:80$/:/:443$/,'')
return m&&h.host&&b(m[1])==b(c)&&o(m[2])==o(h.host.value)&&Y(/^\//.test(m[3])?m[3]:'/'+m[3],u,s)}",
    ),
    // A header value of its parts; nothing where a part is absent or cannot stand in a field.
    ("j", &[], r"const j=a=>a.some(x=>x==null)||/[\0-\x08\x0a-\x1f\x7f]/.test(a.join(''))?null:a.join('')"),
    // Lines of a header, those that are there.
    (
        "A",
        &["V", "C"],
        r"function A(r,n,l,f){const g=r.headers
l=l.filter(x=>x!=null)
if(!l.length)return
if(n=='set-cookie')return l.forEach(x=>{const m=/^([^=;]*)=([^;]*);? *([\s\S]*)$/.exec(x)
if(m)C(r,m[1],{value:m[2],attributes:m[3]})})
if(f)l=(n in g?(g[n].multiValue||[g[n]]).map(x=>x.value):[]).concat(l)
g[n]={value:l[0]}
if(l[1]!=null)g[n].multiValue=l.map(x=>({value:x}))}",
    ),
    // A cookie that a response sets. A viewer may have named it: `constructor`, `__proto__`.
    (
        "C",
        &["O"],
        r"function C(r,n,c){const k=r.cookies=r.cookies||{},o=O(k,n)
if(o)o.multiValue=(o.multiValue||[Object.assign({},o)]).concat(c)
else Object.defineProperty(k,n,{value:c,enumerable:true,writable:true,configurable:true})}",
    ),
    // As before, of a name that objects do not inherit.
    (
        "cs",
        &[],
        r"const cs=(r,n,c)=>{const k=r.cookies=r.cookies||{},o=k[n]
k[n]=o?Object.assign({},o,{multiValue:(o.multiValue||[o]).concat(c)}):c}",
    ),
    // Several headers.
    ("S", &[], "const S=(g,o)=>{for(var k in o)g[k]={value:o[k]}}"),
    // A query less the pairs whose names do not pass, sorted (`o`), in lower case (`g`).
    (
        "qr",
        &["FF", "B", "Z", "b"],
        r"function qr(c,f,o,g){const l=c.split('&').filter(x=>x),m=x=>x.split('=')[0],d=x=>B(Z(x,/[^\w.~\-!'()*]+/g))
var n=f?l.filter(x=>f(F(m(x)))):l
if(!o&&!g&&n.length==l.length)return c
if(o)n=n.map((x,i)=>[g?b(m(x)):m(x),i,x]).sort((x,y)=>x[0]<y[0]?-1:x[0]>y[0]?1:x[1]-y[1]).map(x=>x[2])
if(g)n=n.map(x=>d(m(x))+'='+d(x.replace(/^[^=]*=?/,'')))
return n.join('&')}",
    ),
    // RFC 9110 §12.5.5.
    (
        "M",
        &["V"],
        r"function M(g,l){const c=V(g.vary).join(', '),a=c.toLowerCase().split(/[ \t]*,[ \t]*/)
l=l.filter(x=>!a.includes('*')&&!a.includes(x.toLowerCase()))
if(l[0])g.vary={value:(c&&c+', ')+l.join(', ')}}",
    ),
    // As before, of one name, with the expression that finds it or an asterisk.
    (
        "M1",
        &["V"],
        "const M1=(g,n,r)=>{const c=V(g.vary).join(', ')
if(!r.test(c))g.vary={value:(c&&c+', ')+n}}",
    ),
    // Removes the headers that one expression has and another has not.
    ("R", &[], "const R=(g,r,x)=>{for(var k in g)if(r.test(k)&&!(x&&x.test(k)))delete g[k]}"),
    // Nobody but the viewer keeps such a response.
    (
        "kp",
        &[],
        "function kp(g,v){for(var k in g)/^surrogate-control$|.-cache-control$/.test(k)&&delete g[k]
g['cache-control']={value:v}}",
    ),
    // Replaces in each line of a header; one that may not go on is gone.
    (
        "P",
        &["A", "V"],
        "const P=(r,n,f)=>{if(n in r.headers){const l=(r.headers[n].multiValue||[r.headers[n]]).map(x=>f(x.value))
delete r.headers[n]
A(r,n,l)}}",
    ),
    // `Content-Disposition` that names a file, RFC 6266 and RFC 8187.
    (
        "d",
        &["E"],
        r##"function d(a){if(a.some(x=>x==null))return null
const n=a.join(''),p=n.replace(/[/\\%\x00-\x1f\x7f]/g,'_').replace(/[^\x00-\x7f]+/g,c=>Buffer.from(c).toString('hex').replace(/../g,x=>/^[89ab]/.test(x)?'':'_'))
return'attachment; filename="'+p.replace(/"/g,'\\"')+'"'+(p==n?'':"; filename*=UTF-8''"+E(n.replace(/[/\\\x00-\x1f\x7f]/g,'_'),/[^\w!#$&+\-.^`|~]+/g))}"##,
    ),
    // Text without escapes. Bytes that are not UTF-8 are U+FFFD, as for every expression; decodeURIComponent alone
    // would throw.
    (
        "f",
        &[],
        r"const f=s=>decodeURIComponent(s.replace(/%(?![\da-f]{2})/gi,'%25').replace(/(%[89a-f][\da-f])+/gi,x=>Buffer.from(x.replace(/%/g,''),'hex').toString()))",
    ),
    // The group of the first value that an expression matches.
    (
        "W",
        &[],
        "const W=(l,r,n)=>{for(var i=0;i<l.length;i++){const m=r.exec(l[i])
if(m)return m[n]||''}}",
    ),
    // 31 bits of a text, spread evenly.
    (
        "K",
        &[],
        "function K(s){var x=0,i=0
while(i<s.length)x=Math.imul(x^s.charCodeAt(i++),16777619)
x=Math.imul(x^x>>>15,73244475)
return(x^x>>>16)>>>1}",
    ),
];

/// The character of two hexadecimal digits, in `x`: a function of its own where several need it.
const OF_HEX: &str = "String.fromCharCode('0x'+x)";

/// What of [`HELPERS`] a script needs, in their order.
#[derive(Default)]
pub(super) struct Script {
    used: Vec<&'static str>,
}

impl Script {
    /// Says that a function is needed; its name.
    pub(super) fn call(&mut self, name: &'static str) -> &'static str {
        if !self.used.contains(&name) {
            self.used.push(name);
            let needs = HELPERS.iter().find(|helper| helper.0 == name).map_or(&[][..], |helper| helper.1);
            for other in needs {
                self.call(other);
            }
        }
        name
    }

    /// The functions that are needed.
    pub(super) fn helpers(&self) -> String {
        let uses = |name: &str| self.used.contains(&name);
        let is_written = |name: &str| match name {
            // Both are `F`.
            "F" => uses(name) && !uses("FF"),
            "p_" => uses(name) && !uses("ok"),
            "p_ok" => uses("p_") && uses("ok"),
            _ => uses(name),
        };
        let sources = HELPERS.iter().filter(|(name, ..)| is_written(name)).map(|(_, _, source)| format!("{source}\n"));
        let sources: String = sources.collect();
        match sources.matches(OF_HEX).count() {
            0 | 1 => sources,
            _ => {
                let sources = sources.replace(&format!("(m,x)=>{OF_HEX}"), "X").replace(OF_HEX, "X(0,x)");
                format!("const X=(m,x)=>{OF_HEX}\n{sources}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helpers_call_comes_along() {
        let mut script = Script::default();
        script.call("N");
        assert!(script.helpers().starts_with("const E="));
        for (name, needs, source) in HELPERS {
            for need in *needs {
                assert!(HELPERS.iter().any(|helper| helper.0 == *need), "{name} needs {need}");
            }
            assert!(source.contains(name) || ["FF", "p_ok"].contains(name), "{name}");
        }
    }
}
